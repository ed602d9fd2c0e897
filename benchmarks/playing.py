"""Play a customer's year: the engine decides, day by day, and people answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random

from benchmarks.customers import chance, free_name, signer
from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import (
    EffectivePolicies,
    effective_policies,
)
from goodterms.model.journal import (
    DELIVERED,
    Decision,
    EntryTime,
    JournalDocument,
    JournalRow,
)
from goodterms.model.ledger import Account
from goodterms.model.plan import AccountPlan, Action
from goodterms.model.records import Call, Promise, Record, Reply
from goodterms.run.journal_entries import (
    claim,
    outcome,
    proposal,
    settled,
    written_down,
)
from goodterms.workspace.workspace import Workspace

#: A proposal that nobody has decided yet is left for the plan of the day.
_TIME_TO_DECIDE = timedelta(days=5)

#: How often a call that is asked for is made, reaches somebody, ends in a
#: promise; how often an e-mail is answered, in per cent. Assumed.
_CALLS_MADE, _REACHED, _PROMISED, _ANSWERED = 85, 65, 50, 5


class Game:
    """A year under the policies of a repository."""

    def __init__(self, workspace: Workspace, until: date) -> None:
        self._workspace = workspace
        self._until = until
        self._rules: dict[date, EffectivePolicies] = {}

    def played(self, account: Account, random: Random) -> Account:
        """Return the account with the journal of every run before the last day."""
        on = min(invoice.issued for invoice in account.invoices)
        while on < self._until:
            made = plan_account(account, self._rules_on(on))
            done = [each for each in made.actions if _is_done(each, on, self._until)]
            for action in done:
                account = _answered(_recorded(account, action, on), action, on, random)
            on = on + timedelta(days=1) if done else _next(account, made, on)
        return account

    def _rules_on(self, on: date) -> EffectivePolicies:
        if on not in self._rules:
            workspace = self._workspace
            self._rules[on] = effective_policies(workspace.book, workspace.settings, on)
        return self._rules[on]


def _is_done(action: Action, on: date, until: date) -> bool:
    if action.kind == "propose":
        return on < until - _TIME_TO_DECIDE and not action.retry
    return action.kind != "task"


def _next(account: Account, made: AccountPlan, on: date) -> date:
    """Return the first later day on which anything can be different."""
    days = [wait.next.on for wait in made.waiting if wait.next and wait.next.on]
    days += [wait.until + timedelta(days=1) for wait in made.waiting if wait.until]
    for invoice in account.invoices:
        days += [invoice.issued, *(payment.on for payment in invoice.payments)]
    days += [record.on for record in account.records]
    return min((day for day in days if day > on), default=on + timedelta(days=10))


def _recorded(account: Account, action: Action, on: date) -> Account:
    added = tuple(_documents(action, on))
    account = replace(account, journal=(*account.journal, *added))
    if action.kind != "propose" or added[-1].state != "approved":
        return account
    decision = _decision(added[0], added[-1])
    return replace(account, decisions={**account.decisions, decision.id: decision})


def _documents(action: Action, on: date) -> Iterator[JournalDocument]:
    morning = EntryTime(on, datetime.combine(on, time(7, 12, 3), UTC))
    digest = sha256(action.id.encode()).hexdigest()
    if action.kind in DELIVERED:
        yield claim(action, morning, digest[:8], f"sha256:{digest}")
        yield outcome(action.entry, "sent", morning)
    elif action.kind == "propose":
        asked = proposal(action, morning, digest[:40])
        evening = EntryTime(on, datetime.combine(on, time(15, 40), UTC))
        choice, by = asked.choose or "approve", ("dana", "omar")
        yield asked
        yield settled(asked.id, "approved", evening, by=by, choose=choice)
    elif action.kind == "close":
        yield settled(action.decision or "", action.state or "void", morning)
    else:
        yield written_down(action, morning)


def _decision(asked: JournalDocument, agreed: JournalDocument) -> Decision:
    """Return the file that was merged."""
    if asked.policy is None or asked.step is None:
        raise ValueError(f"{asked.id} proposes no step of a policy")
    rows = tuple(JournalRow(row.id, open=row.open) for row in asked.invoices or ())
    return Decision(
        id=asked.id,
        proposed=asked.day,
        expires=asked.expires or asked.day,
        step=asked.step,
        policy=asked.policy,
        invoices=rows,
        choose=agreed.choose or "approve",
        facts=asked.facts or "",
    )


def _answered(account: Account, action: Action, on: date, random: Random) -> Account:
    """Add what people make of it: the call is made, a customer writes back."""
    if action.kind == "call" and chance(random, _CALLS_MADE):
        return _called(account, action, on, random)
    by_mail = action.kind == "send" and action.channel == "email"
    if by_mail and chance(random, _ANSWERED):
        return _replied(account, on, random)
    return account


def _called(account: Account, action: Action, on: date, random: Random) -> Account:
    on, by = _days_later(random, on), signer(random)
    reached = chance(random, _REACHED)
    call = Call(
        id=free_name(on, "call", account.records),
        on=on,
        by=by,
        invoices=tuple(line.id for line in action.invoices),
        said="Friendly; they were waiting for a signature." if reached else None,
        outcome="reached" if reached else "voicemail",
        step=action.step,
    )
    account = _with(account, call)
    if not reached or not chance(random, _PROMISED):
        return account
    promise = Promise(
        id=free_name(on, "promise", account.records),
        on=on,
        by=by,
        invoices=call.invoices,
        said="It goes out with the next payment run.",
        reason="admin",
        pay_by=on + timedelta(days=random.randint(5, 12)),
    )
    return _with(account, promise)


def _replied(account: Account, on: date, random: Random) -> Account:
    on, by = _days_later(random, on), signer(random)
    asked = Reply(
        id=free_name(on, "reply", account.records),
        on=on,
        by=by,
        said="Which delivery was this for? Please send the delivery note again.",
        channel="email",
    )
    account = _with(account, asked)
    on = _days_later(random, on)
    answer = Reply(
        id=free_name(on, "reply", account.records),
        on=on,
        by=by,
        said="Sent the delivery note, signed on arrival.",
        channel="email",
        answered=True,
    )
    return _with(account, answer)


def _days_later(random: Random, on: date) -> date:
    return on + timedelta(days=random.randint(1, 3))


def _with(account: Account, record: Record) -> Account:
    return replace(account, records=(*account.records, record))
