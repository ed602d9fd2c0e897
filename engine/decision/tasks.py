"""What waits for one of us: derived from the facts every day, never journaled."""

from collections.abc import Iterable, Mapping, Sequence

from engine.action import Action
from engine.decision.compose import owner
from engine.decision.differing import in_words
from engine.decision.line import line
from engine.decision.pauses import resolutions, unanswered
from engine.decision.promises import Outcome, approved
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.money import Money
from engine.records import CashReceived, CreditNote, Dispute, Extension, Record


def tasks(here: Situation, stands: Sequence[Stand]) -> tuple[Action, ...]:
    """List the tasks of an account: what to do, for whom, and why."""
    return (
        *_cash(here),
        *_favour(here),
        *_fallen(here),
        *_replies(here, stands),
        *_reviews(here),
        *_calls(here, stands),
        *_plans(here),
        *_exhausted(here, stands),
        *_stopped(here, stands, "bounce", "dead-channel"),
        *_differing(here, stands),
        *_approvals(here),
        *_moved(here, stands),
    )


def _task(here: Situation, name: str, why: str, about: Iterable[Stand] = ()) -> Action:
    return Action(
        id="",
        kind="task",
        account=here.account.id,
        step=name,
        owner=owner(here),
        listed=tuple(line(stand, None) for stand in about),
        why=(why,),
    )


def _cash(here: Situation) -> list[Action]:
    books = here.books
    cash = "{} {} received and not matched to an invoice; {}"
    note = "{} {} credited and not put on an invoice; {}"
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
        tasks_.append(_task(here, "credit-balance", f"{head}; {then}"))
    return tasks_


def _fallen(here: Situation) -> list[Action]:
    """Name the discounts that count no longer, as their payment was taken back."""
    tasks_ = []
    for entry in here.fallen:
        about = ", ".join(row.id for row in entry.rows)
        why = (
            f"the payment for {entry.doc.offer} on {about} was taken back: the discount"
            f" of {entry.on} counts no longer; to grant it again, add a goodwill credit"
        )
        tasks_.append(_task(here, "discount-ended", why))
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
            each.record.id
            for each in (*books.receipts, *books.credit_notes)
            if type(each.record) is kind
            and each.left.currency == currency
            and each.left.amount > 0
        )
        then = _way_out(here, oldest, currency, kind)
        tasks_.append(_task(here, name, why.format(sum_, currency, then)))
    return tasks_


def _way_out(here: Situation, record: str, currency: str, kind: type[Record]) -> str:
    """Return the command that allocates a record, or what else there is to do."""
    if here.case(currency):
        return f"goodterms allocate {here.account.id} {record} --oldest"
    none = f"no invoice in {currency} is open"
    if kind is CashReceived and here.items:
        return f"{none}: ask them what it is for; a resume lets the reminders go on"
    return f"{none}: it waits for the next one, or refund it: ask them"


def _stopped(
    here: Situation, stands: Sequence[Stand], standing: str, name: str
) -> list[Action]:
    """Make one task of all invoices that stand so for one reason."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.stop and stand.stop.standing == standing:
            found.setdefault(stand.stop.why, []).append(stand)
    return [_task(here, name, why, about) for why, about in found.items()]


def _replies(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the first reply that waits for our answer, whatever else is the case."""
    replies = unanswered(here.records)
    if not replies:
        return []
    about = frozenset().union(*(here.books.targets(reply) for reply in replies))
    why = f"they replied on {replies[0].on} and wait for our answer"
    mine = (stand for stand in stands if stand.id in about)
    return [_task(here, "unanswered-reply", why, mine)]


def _reviews(here: Situation) -> list[Action]:
    """Name the disputes whose review date has passed."""
    resolved = resolutions(here.records)
    return [
        _task(
            here,
            "overdue-review",
            f"dispute {record.id} was to be reviewed by {record.review_by}",
        )
        for record in here.records
        if isinstance(record, Dispute)
        and record.id not in resolved
        and record.review_by < here.as_of
    ]


def _calls(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        rung = stand.rung
        if stand.stop is None and rung and rung.handed:
            why = f"{rung.step.name}, handed out on {rung.handed}: call, then record it"
            found.setdefault(why, []).append(stand)
    return [_task(here, "call-to-make", why, about) for why, about in found.items()]


def _plans(here: Situation) -> list[Action]:
    return [
        _task(here, "broken-plan", f"{each.why}; record a plan or a resume")
        for each in here.talk.agreements
        if each.is_broken and any(id_ in _open(here) for id_ in each.invoices)
    ]


def _open(here: Situation) -> frozenset[str]:
    return frozenset(item.id for item in here.items)


def _exhausted(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    late = [stand for stand in stands if stand.item.overdue]
    return _stopped(here, late, "exhausted", "exhausted")


def _approvals(here: Situation) -> list[Action]:
    """Name the records that have no effect until a second person approves them."""
    waits = [
        f"{pledge.record.id} has no effect until approved: {pledge.flaw}"
        for pledge in here.talk.pledges
        if pledge.flaw and pledge.outcome is Outcome.OPEN
    ]
    waits += [
        f"{record.id} has no effect until approved: a final extension was given"
        for record in _second_extensions(here)
    ]
    return [_task(here, "record-to-approve", why) for why in waits]


def _differing(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name what another system says otherwise; nobody is chased about it meanwhile."""
    tasks_ = []
    for each in here.differences:
        about = [s for s in stands if each.invoice in (None, s.id)]
        if about:
            name = each.invoice or here.account.profile.name
            tasks_.append(_task(here, "differs", f"{name}: {in_words(each)}", about))
    return tasks_


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
