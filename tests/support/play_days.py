"""Play a ledger forward: write down what a plan does, as a run would."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.model.journal import DELIVERED, DecisionState, EntryTime, JournalDocument
from goodterms.model.ledger import Account
from goodterms.model.plan import AccountPlan, Action
from goodterms.model.policy import Policy
from goodterms.run.journal_entries import (
    claim,
    outcome,
    proposal,
    refreshed,
    settled,
    written_down,
)
from tests.support.factory import day, rules_on, told

Change = Callable[[Account], Account]


def documents(
    action: Action, known: Collection[str], on: date
) -> Iterator[JournalDocument]:
    """Yield what a run writes into the journal for one action that went well."""
    when = EntryTime(on, datetime(on.year, on.month, on.day, 9, tzinfo=UTC))
    if action.kind in DELIVERED:
        yield claim(action, when, "run-1", "sha256:text")
        yield outcome(action.entry, "sent", when)
    elif action.kind == "propose" and action.decision and action.decision in known:
        yield refreshed(action, when, "commit-2")
    elif action.kind == "propose":
        yield proposal(action, when, "commit-1")
    elif action.kind == "close":
        yield settled(action.decision or "", action.state or "void", when)
    elif action.kind != "task":
        yield written_down(action, when)


def recorded(at: Account, made: AccountPlan, on: date) -> Account:
    """Return the account after a run has done all of a plan."""
    known = [doc.id for doc in at.journal]
    new = [d for action in made.actions for d in documents(action, known, on)]
    return replace(at, journal=(*at.journal, *new))


def run(at: Account, rules: EffectivePolicies) -> tuple[Account, AccountPlan]:
    """Decide, and write down what was done."""
    made = plan_account(at, rules)
    return recorded(at, made, rules.as_of), made


def days(start: str, end: str, every: int = 1) -> Iterator[str]:
    """List days, both ends included."""
    on = day(start)
    while on <= day(end):
        yield on.isoformat()
        on += timedelta(days=every)


def story(
    at: Account,
    when: Iterable[str],
    *policies: Policy,
    changes: Mapping[str, Change] | None = None,
) -> list[str]:
    """Run on each of the days and tell what was done; *changes* come before a run."""
    lines = []
    for on in when:
        at = (changes or {}).get(on, _same)(at)
        at, made = run(at, rules_on(on, *policies))
        lines += [f"{on} {told(a)}" for a in made.actions if a.kind != "task"]
    return lines


def _same(at: Account) -> Account:
    return at


def decided(
    state: DecisionState, *by: str, choose: str | None = None, entry: str | None = None
) -> Change:
    """Let people decide the latest proposal (or *entry*) on the day of the change."""

    def change(at: Account) -> Account:
        asked = [d for d in at.journal if d.state == "proposed"]
        found = next(d for d in reversed(asked) if entry in (None, d.id))
        on = max(d.day for d in at.journal)
        when = EntryTime(on, datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
        return with_journal(
            at, settled(found.id, state, when, by=by, choose=choose or found.choose)
        )

    return change


def with_journal(at: Account, *docs: JournalDocument) -> Account:
    """Append documents to the journal."""
    return replace(at, journal=(*at.journal, *docs))
