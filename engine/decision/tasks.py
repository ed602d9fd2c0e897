"""What waits for one of us: derived from the facts every day, never journaled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from engine.action import Action, WayOut
from engine.decision.claiming import waiting_claims
from engine.decision.compose import owner
from engine.decision.differing import OF_INVOICE, in_words
from engine.decision.line import line
from engine.decision.pauses import resolutions, unanswered
from engine.decision.promises import Outcome, approved
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.model import Difference
from engine.money import Money, by_currency, parse_amount
from engine.records import (
    Bounce,
    CashReceived,
    CreditNote,
    Dispute,
    Extension,
    Promise,
    Record,
)

#: Stands in a command for one of us, where nobody looks after the account.
SOMEBODY = "NAME"


def tasks(here: Situation, stands: Sequence[Stand]) -> tuple[Action, ...]:
    """List the tasks of an account: what to do, for whom, and why."""
    return (
        *_cash(here),
        *_favour(here),
        *_fallen(here),
        *_replies(here, stands),
        *_reviews(here, stands),
        *_calls(here, stands),
        *_plans(here, stands),
        *_exhausted(here, stands),
        *_unreachable(here, stands),
        *_differing(here, stands),
        *_rates(here, stands),
        *_approvals(here, stands),
        *_moved(here, stands),
    )


def record_command(account: str, by: str | None, kind: str, *options: str) -> str:
    """Return the command that writes a record of an account, by its owner."""
    told = (f"goodterms record {kind} {account} --by {by or SOMEBODY}", *options)
    return " ".join(told)


def _task(
    here: Situation,
    name: str,
    why: str,
    about: Iterable[Stand] = (),
    *,
    since: date | None = None,
    way_out: WayOut | None = None,
    at_stake: Iterable[Money] | None = None,
) -> Action:
    """Make a task; at stake is what is open on its invoices, net of what covers it."""
    shown = tuple(about)
    sums = (stand.item.net for stand in shown) if at_stake is None else at_stake
    return Action(
        id="",
        kind="task",
        account=here.account.id,
        step=name,
        owner=owner(here),
        listed=tuple(line(stand, None) for stand in shown),
        since=since,
        at_stake=tuple(each for each in by_currency(sums) if each.amount),
        way_out=way_out,
        why=(why,),
    )


def _record(here: Situation, kind: str, *options: str, form: str = "") -> WayOut:
    command = record_command(here.account.id, owner(here), kind, *options)
    return WayOut(command, form or None)


def _edit(here: Situation, file: str, what: str) -> WayOut:
    return WayOut(in_words=f"in ledger/{here.account.id}/{file}: {what}")


def _about(here: Situation, stands: Iterable[Stand], record: Record) -> list[Stand]:
    targets = here.books.targets(record)
    return [stand for stand in stands if stand.id in targets]


def _cash(here: Situation) -> list[Action]:
    books = here.books
    cash = "{} {} received and not matched to an invoice{}"
    note = "{} {} credited and not put on an invoice{}"
    return [
        *_allocate(here, "unapplied-cash", cash, books.cash, CashReceived),
        *_allocate(here, "unapplied-credit", note, books.credited, CreditNote),
    ]


def _favour(here: Situation) -> list[Action]:
    """Name the balances in the customer's favour that cover no open invoice."""
    tasks_ = []
    for currency, amount in sorted(here.books.favour.items()):
        idle = min(here.idle(currency)["credit"], amount)
        if not idle.amount:
            continue
        about = sorted(
            id_
            for id_, each in here.books.open.items()
            if each.currency == currency and each.amount < 0
        )
        head = f"{amount} {currency} in their favour on {', '.join(about)}"
        some = "it" if idle == amount else f"the {idle} that covers nothing"
        then = f"refund {some}, or keep it for their next invoice: ask them"
        back = "a refund is a payment below zero"
        tasks_.append(
            _task(
                here,
                "credit-balance",
                f"{head}; {then}",
                since=_last_money(here, about),
                at_stake=[idle],
                way_out=_edit(here, f"invoices/{about[0]}.yaml", back),
            )
        )
    return tasks_


def _last_money(here: Situation, invoices: Iterable[str]) -> date | None:
    """Return the day on which invoices last had a payment or a credit."""
    known = [here.books.invoices[id_] for id_ in invoices]
    days = [payment.on for each in known for payment in each.payments]
    days += [credit.on for each in known for credit in each.credits]
    return max((day for day in days if day <= here.as_of), default=None)


def _fallen(here: Situation) -> list[Action]:
    """Name the discounts that count no longer, as their payment was taken back."""
    tasks_ = []
    for entry in here.fallen:
        about = [row.id for row in entry.rows]
        why = (
            f"the payment for {entry.doc.offer} on {', '.join(about)} was taken back:"
            f" the discount of {entry.on} counts no longer; to grant it again, add a"
            " goodwill credit"
        )
        lost = [
            parse_amount(row.amount, here.books.invoices[row.id].currency)
            for row in entry.rows
            if row.amount
        ]
        tasks_.append(
            _task(
                here,
                "discount-ended",
                why,
                since=_last_money(here, about),
                at_stake=lost,
                way_out=_edit(
                    here, f"invoices/{about[0]}.yaml", "a credit with 'goodwill: true'"
                ),
            )
        )
    return tasks_


def _allocate(
    here: Situation,
    name: str,
    why: str,
    sums: Mapping[str, Money],
    kind: type[Record],
) -> list[Action]:
    """Make a task for each currency, with the command for its oldest record."""
    if not sums:
        return []
    books = here.books
    tasks_ = []
    for currency, sum_ in sorted(sums.items()):
        oldest = next(
            each
            for each in (*books.receipts, *books.credit_notes)
            if type(each.record) is kind
            and each.left.currency == currency
            and each.left.amount > 0
        )
        then, way_out = _for_unmatched(here, oldest.id, currency, kind)
        told = why.format(sum_, currency, then)
        tasks_.append(
            _task(
                here,
                name,
                told,
                since=oldest.on,
                at_stake=[sum_],
                way_out=way_out,
            )
        )
    return tasks_


def _for_unmatched(
    here: Situation, record: str, currency: str, kind: type[Record]
) -> tuple[str, WayOut | None]:
    """Say what is to be done with a record that is on no invoice, and how."""
    if here.case(currency):
        command = f"goodterms allocate {here.account.id} {record} --oldest"
        return "", WayOut(command, "allocation")
    none = f"; no invoice in {currency} is open"
    if kind is CashReceived and here.items:
        asks = "ask them what it is for; a resume lets the reminders go on"
        return f"{none}: {asks}", _record(here, "resume")
    return f"{none}: it waits for the next one, or refund it: ask them", None


def _stopped(stands: Iterable[Stand], standing: str) -> dict[str, list[Stand]]:
    """Group the invoices that stand so by the reason."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.stop and stand.stop.standing == standing:
            found.setdefault(stand.stop.why, []).append(stand)
    return found


def _unreachable(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the invoices for whose next step no channel is left."""
    bounces = [record.on for record in here.records if isinstance(record, Bounce)]
    edit = _edit(here, "account.yaml", "another address, or another channel")
    return [
        _task(
            here,
            "dead-channel",
            why,
            about,
            since=max(bounces, default=_first_overdue(here, about)),
            way_out=edit,
        )
        for why, about in _stopped(stands, "bounce").items()
    ]


def _first_overdue(here: Situation, about: Iterable[Stand]) -> date:
    return min((here.as_of, *(stand.item.overdue_from for stand in about)))


def _replies(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the first reply that waits for our answer, whatever else is the case."""
    replies = unanswered(here.records)
    if not replies:
        return []
    about = frozenset().union(*(here.books.targets(reply) for reply in replies))
    why = f"they replied on {replies[0].on} and wait for our answer"
    mine = (stand for stand in stands if stand.id in about)
    way_out = _record(here, "reply", "--answered", form="reply")
    since = replies[0].on
    return [
        _task(here, "unanswered-reply", why, mine, since=since, way_out=way_out),
    ]


def _reviews(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the disputes whose review date has passed."""
    resolved = resolutions(here.records)
    return [
        _task(
            here,
            "overdue-review",
            f"dispute {record.id} was to be reviewed by {record.review_by}",
            _about(here, stands, record),
            since=record.review_by,
            way_out=_record(
                here, "resolution", f"--of {record.id}", "--outcome OUTCOME"
            ),
        )
        for record in here.records
        if isinstance(record, Dispute)
        and record.id not in resolved
        and record.review_by < here.as_of
    ]


def _calls(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    found: dict[tuple[date, str], list[Stand]] = {}
    for stand in stands:
        rung = stand.rung
        if stand.stop is None and rung and rung.handed:
            found.setdefault((rung.handed, rung.step.name), []).append(stand)
    return [
        _task(
            here,
            "call-to-make",
            f"{step}, handed out on {handed}: call, then record it",
            about,
            since=handed,
            way_out=call_record(here.account.id, owner(here), step),
        )
        for (handed, step), about in found.items()
    ]


def call_record(account: str, by: str | None, step: str) -> WayOut:
    """Return what settles a call that was handed out: the record of how it went."""
    options = ("--outcome OUTCOME", f"--step {step}")
    return WayOut(record_command(account, by, "call", *options), "call")


def _plans(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    return [
        _task(
            here,
            "broken-plan",
            f"{each.why}; record a plan or a resume",
            [stand for stand in stands if stand.id in each.invoices],
            since=each.missed.due if each.missed else None,
            way_out=_record(here, "resume"),
        )
        for each in here.talk.agreements
        if each.is_broken and any(id_ in _open(here) for id_ in each.invoices)
    ]


def _open(here: Situation) -> frozenset[str]:
    return frozenset(item.id for item in here.items)


def _exhausted(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    late = [stand for stand in stands if stand.item.overdue]
    agreed = _record(here, "promise", "--pay-by DATE", form="promise")
    return [
        _task(
            here,
            "exhausted",
            why,
            about,
            since=max((_since_last(each) for each in about), default=None),
            way_out=agreed,
        )
        for why, about in _stopped(late, "exhausted").items()
    ]


def _since_last(stand: Stand) -> date:
    """Return the day of the last step, or that from which it is overdue, if later."""
    last = stand.item.last
    return max(last[1], stand.item.overdue_from) if last else stand.item.overdue_from


def _approvals(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the records that have no effect until a second person approves them."""
    flawed = {
        pledge.record.id: (pledge.record, pledge.flaw)
        for pledge in here.talk.pledges
        if pledge.flaw and pledge.outcome is Outcome.OPEN
    }
    waits: list[tuple[Promise | Extension, str]] = [*flawed.values()]
    given = "a final extension was given"
    waits += [(record, given) for record in _second_extensions(here)]
    return [
        _task(
            here,
            "record-to-approve",
            f"{record.id} has no effect until approved: {flaw}",
            _about(here, stands, record),
            since=record.on,
            way_out=_edit(here, f"records/{record.id}.yaml", "approved_by: NAME"),
        )
        for record, flaw in waits
    ]


def _differing(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name what another system says otherwise; nobody is chased about it meanwhile."""
    tasks_ = []
    for each in here.differences:
        about = [s for s in stands if each.invoice in (None, s.id)]
        if about:
            name = each.invoice or here.account.profile.name
            why = f"{name}: {in_words(each)}"
            tasks_.append(
                _task(
                    here,
                    "differs",
                    why,
                    about,
                    since=each.on,
                    way_out=_mend(here, each),
                )
            )
    return tasks_


def _mend(here: Situation, each: Difference) -> WayOut | None:
    """Name the line that mends a difference, if the other system is right."""
    if each.field in ("name", "email"):
        return _edit(here, "account.yaml", f"{each.field} {each.theirs}, if so")
    if each.invoice and each.field in OF_INVOICE:
        file = f"invoices/{each.invoice}.yaml"
        return _edit(here, file, f"{each.field}: {each.theirs}, if so")
    return None


def _rates(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the rates that steps ahead will need, from the first day overdue."""
    return [
        _task(
            here,
            "missing-rate",
            f"{step} is to claim late interest: {error.what}",
            about,
            since=_first_overdue(here, about),
            way_out=WayOut(in_words=f"{error.file}: {error.mend}"),
        )
        for step, error, about in waiting_claims(here, stands)
    ]


def _moved(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the invoices that go on under another policy than the account's."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.item.moved_to:
            item = stand.item
            why = (
                f"begun under {item.policy.ref}, and the account is under"
                f" {item.moved_to}: say there what it migrates, or pin the invoice"
            )
            found.setdefault(why, []).append(stand)
    return [_task(here, "policy-moved", why, about) for why, about in found.items()]


def _second_extensions(here: Situation) -> list[Extension]:
    final: set[str] = set()
    found = []
    for record in here.talk.extensions:
        about = here.books.targets(record)
        if about & final and not approved(record):
            if record.until >= here.as_of:
                found.append(record)
            continue
        final |= about if record.final else frozenset()
    return found
