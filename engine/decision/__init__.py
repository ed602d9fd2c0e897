"""The decision: from an account and a day to what to do; nothing but Python.

Read it in this order; each line needs only those above it.

- ``rules``: the policies that count on a day. ``history``: what was done so far.
- ``reductions``: what takes something off an invoice. ``claimed``: what money settled
  of the charges that messages claimed. ``unapplied``, ``promised_credits``: money and
  credit on no invoice, and credit that is expected. ``books``: what is open.
- ``addressing``: how somebody is reached.
- ``promises``, ``instalments``, ``accepting``, ``pauses``: what people agreed upon.
- ``coverage``: what money without an invoice stands against. ``differing``: what
  another system says otherwise.
- ``situation``: all of that, for one account and one day.
- ``facts``: the figures that a ``when`` asks for. ``proposals``: what was decided.
- ``ladder``: the next step, and its first day. ``standing``: why there is none.
- ``limits``, ``repeating``: not too often, and not the same again.
- ``asked``: what an action asks for, the one place that says it.
- ``due``, ``draft``, ``compose``: what has come due, made concrete with the help of
  ``line``, ``offers``, ``charges``, ``earlier`` and ``apart``. ``ids``: under which
  name.
- ``conversation``, ``heard``, ``pacing``: one voice, and the firmest first.
- ``reminding``, ``decided``, ``closing``, ``tasks``: what is no step of a ladder.
- ``plan``: every account together. ``twins``: what two of them have. ``brakes``:
  whether that is too much.
- ``allocation``: unmatched money put on invoices, at a person's word.
- ``entries``: how it is written down. ``odds``: what an option may bring back.
"""
