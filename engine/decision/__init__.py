"""The decision: from an account and a day to what to do; nothing but Python.

Read it in this order; each line needs only those above it.

- ``rules``: the policies that count on a day. ``history``: what was done so far.
- ``reductions``: what takes something off an invoice. ``claimed``: what money settled
  of the charges that messages claimed. ``books``: what is open.
- ``addressing``: how somebody is reached.
- ``promises``, ``instalments``, ``accepting``, ``pauses``: what people agreed upon.
- ``situation``: all of that, for one account and one day.
- ``facts``: the figures that a ``when`` asks for. ``proposals``: what was decided.
- ``ladder``: the next step, and its first day. ``standing``: why there is none.
- ``limits``, ``repeating``: not too often, and not the same again.
- ``due``, ``draft``, ``compose``: what has come due, made concrete with the help of
  ``line``, ``offers``, ``charges``, ``earlier`` and ``apart``. ``ids``: under which
  name.
- ``conversation``, ``heard``, ``pacing``: one voice, and the firmest first.
- ``reminding``, ``decided``, ``closing``, ``tasks``: what is no step of a ladder.
- ``plan``: every account together. ``brakes``: whether that is too much.
- ``entries``: how it is written down. ``odds``: what an option may bring back.
"""
