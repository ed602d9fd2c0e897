"""The decision: from an account and a day to what to do; nothing but Python.

Each part needs only those above it:

- ``state``: what is known of an account on a day.
- ``proposals``: which are open, decided or expired.
- ``standing``: the next step of each invoice, and everything that stops it.
- ``due``: what has come due, and from when it may be said.
- ``proposal_effects``: what a decision of ours does.
- ``messages``: one voice for an account: grouped, limited, made concrete.
- ``outcome``: thanks, tasks, brakes, and how all of it is written down.
- ``plan``: every account together.
"""
