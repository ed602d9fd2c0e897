"""The decision: from an account and a day to what to do; nothing but Python.

Read it in this order; each line needs only those above it, and its own.

- ``ageing``: how old is old. ``rules``: the policies that count on a day.
  ``history``: what was done so far.
- ``reductions``: what takes something off an invoice. ``claimed``: what money settled
  of the charges that messages claimed. ``unapplied``, ``promised_credits``: money and
  credit on no invoice, and credit that is expected.
- ``books``: what is open. ``takings``: what has come in for what was agreed upon.
- ``charges``: late interest and compensation. ``offers``: terms made concrete.
- ``addressing``: how somebody is reached.
- ``promises``, ``instalments``, ``accepting``: what people agreed upon, and whether
  they kept it. ``pauses``: what makes us wait.
- ``coverage``: what money without an invoice stands against. ``asked``: what an
  action asks for, the one place that says it.
- ``differing``: what another system says otherwise. ``twins``: what two accounts have.
- ``situation``: all of that, for one account and one day.
- ``facts``: the figures that a ``when`` asks for. ``proposals``: what was decided.
  ``ids``: under which name. ``allocation``: unmatched money put on invoices.
- ``ladder``: the next step, and its first day. ``standing``: why there is none.
- ``claiming``: what may be claimed on an invoice, or which rate it lacks.
- ``limits``, ``repeating``: not too often, and not the same again. ``outlook``: when a
  step can really happen.
- ``due``, ``line``, ``draft``: what has come due, made concrete.
- ``apart``, ``earlier``: what a message says of other invoices and of what was said.
- ``decided``, ``compose``: what a decision does, and what an action says.
- ``heard``, ``conversation``: one voice, and the firmest first.
- ``closing``, ``reminding``: what is no step of a ladder. ``task``, ``money_tasks``,
  ``tasks``, ``pending``: what waits for one of us. ``pacing``: what goes today.
- ``plan``: every account together. ``brakes``: whether that is too much.
- ``entries``: how it is written down. ``odds``: what an option may bring back.
"""
