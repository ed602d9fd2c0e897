"""The ids of actions: ``<account>/<on>-<step>``, and which one a retry keeps."""

from collections.abc import Iterable
from dataclasses import replace

from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.history import JournalEntry
from goodterms.model.journal import DELIVERED
from goodterms.model.plan import Action


def numbered(state: AccountState, actions: Iterable[Action]) -> tuple[Action, ...]:
    """Give every action its id, in plan order.

    A further one of the same day and step gets ``-2``, ``-3``. A failed claim
    is retried under its own id, by the same channel and to the same address
    only. Closing or refreshing a proposal goes by the proposal's id.
    """
    used = {entry.id for entry in state.history.entries}
    return tuple(_with_id(state, action, used) for action in actions)


def _with_id(state: AccountState, action: Action, used: set[str]) -> Action:
    account = state.account.id
    if action.kind in ("close", "propose") and action.decision:
        return replace(action, id=f"{account}/{action.decision}")
    failed = _failed(state, action)
    if failed:
        return replace(action, id=f"{account}/{failed.id}", retry=True)
    entry = _free(f"{state.as_of}-{action.step}", used)
    used.add(entry)
    return replace(action, id=f"{account}/{entry}")


def _free(base: str, used: set[str]) -> str:
    name, number = base, 1
    while name in used:
        number += 1
        name = f"{base}-{number}"
    return name


def _failed(state: AccountState, action: Action) -> JournalEntry | None:
    """Find the failed claim that an action repeats, None where there is none."""
    if action.kind not in DELIVERED:
        return None
    ids = {line.id for line in (*action.invoices, *action.listed)}
    for entry in reversed(state.history.entries):
        doc = entry.doc
        rows = {row.id for row in (*entry.rows, *(doc.listed or ()))}
        if (
            doc.state == "failed"
            and (doc.kind, doc.step, doc.channel, doc.to)
            == (action.kind, action.step, action.channel, action.to)
            and rows <= ids
            and bool(rows)
        ):
            return entry
    return None
