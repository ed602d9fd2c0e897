"""Everything known about an account on a day, put together once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from engine.days import plus
from engine.decision.accepting import Accepted, accepted, fallen
from engine.decision.addressing import dead_addresses
from engine.decision.books import Books, books
from engine.decision.coverage import (
    Cover,
    Debt,
    Free,
    coverage,
    no_cover,
    uncovering,
)
from engine.decision.differing import differing
from engine.decision.history import Entry, History, Taken, fold, history
from engine.decision.instalments import agreements
from engine.decision.pauses import Rest, Talk, common_rests, rests
from engine.decision.promises import pledges
from engine.decision.rules import NoPolicyError, Rules
from engine.decision.takings import Takings
from engine.decision.unapplied import Unapplied
from engine.model import Account, Difference, Invoice, PolicyRef
from engine.money import Money, zero
from engine.problem import did_you_mean
from engine.records import Call, ContactMade, Record
from engine.terms import TONES, Limit, Pauses, Policy, Step


@dataclass(frozen=True, slots=True)
class Item:
    """An open invoice with its policy, its past steps and its rests.

    ``overdue`` is so from the day after the due date, moved to the next
    business day; ``days_overdue`` counts from the contractual due date.
    ``cover`` is the unapplied cash and credit that stand against it.
    ``moved_to`` is the account's policy, where that is another one and does not say
    how it takes this invoice over.
    """

    invoice: Invoice
    policy: Policy
    open: Money
    overdue: bool
    overdue_from: date
    days_overdue: int
    taken: tuple[tuple[Step, date], ...]
    rests: tuple[Rest, ...]
    cover: Cover
    moved_to: PolicyRef | None = None

    @property
    def net(self) -> Money:
        """What is open less what stands against it; never below zero."""
        return self.open - self.cover.amount

    @property
    def id(self) -> str:
        """The invoice's id."""
        return self.invoice.id

    @property
    def currency(self) -> str:
        """The currency, which names the case."""
        return self.invoice.currency

    @property
    def last(self) -> tuple[Step, date] | None:
        """The last step taken and its day, None before the first."""
        return self.taken[-1] if self.taken else None


@dataclass(frozen=True, slots=True)
class Situation:
    """An account on a day: all facts dated by then, and nothing decided yet.

    ``items`` are the open invoices, ordered by due date and id. ``broken``
    maps the currency of a case to the reason why it cannot be decided.
    ``differences`` are what another system says otherwise today.
    ``free`` are the unapplied cash and credit that stand against the items.
    ``accepted`` are the offers taken up that no journal entry credits yet;
    the books have them taken off already. ``fallen`` are the credits of offers
    whose payment was taken back; the books do without them. ``tolerances`` and
    ``memo`` keep what is worked out once for a currency.
    """

    account: Account
    rules: Rules
    records: tuple[Record, ...]
    history: History
    books: Books
    talk: Talk
    items: tuple[Item, ...]
    dead: frozenset[tuple[str, str]]
    broken: Mapping[str, str]
    free: tuple[Free, ...] = ()
    differences: tuple[Difference, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    fallen: tuple[Entry, ...] = ()
    tolerances: dict[str, Money] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    memo: dict[tuple[str, ...], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def as_of(self) -> date:
        """The day."""
        return self.rules.as_of

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of every policy in the account; all hold, so the stricter wins."""
        every = (limit for policy in self.policies for limit in policy.limits)
        return tuple(dict.fromkeys(every))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that the open invoices are under, each once."""
        return tuple({id(item.policy): item.policy for item in self.items}.values())

    def case(self, currency: str) -> tuple[Item, ...]:
        """Return the open invoices of one currency."""
        return tuple(item for item in self.items if item.currency == currency)

    def idle(self, currency: str) -> Mapping[str, Money]:
        """Return what of the free amounts of a currency covers nothing, by kind."""
        return uncovering(self.free, (item.cover for item in self.items), currency)

    def tolerance(self, currency: str) -> Money:
        """Return the lowest tolerance of the policies in the account."""
        known = self.tolerances.get(currency)
        if known is None:
            none = zero(currency)
            every = [policy.tolerance.get(currency, none) for policy in self.policies]
            known = self.tolerances[currency] = min(every, default=none)
        return known


def situation(account: Account, rules: Rules) -> Situation:
    """Put together what is known on the rules' day."""
    as_of = rules.as_of
    known = (record for record in account.records if record.on <= as_of)
    records = tuple(sorted(known, key=lambda record: (record.on, record.id)))
    entries = fold(account.journal, as_of, records)
    book = books(account, records, entries, as_of)
    gone = fallen(entries, book, rules.book.policies)
    taken_up = accepted(entries, book, rules.book.policies)
    if taken_up or gone:
        counting = (each for each in entries if each not in gone)
        credits_ = (each.credit for each in taken_up)
        book = books(account, records, (*counting, *credits_), as_of)
    past = history(entries, records, book.targets)

    def policy_of(id_: str) -> Policy:
        return rules.policy_of(account, book.invoices[id_], past.refs.get(id_))

    bare = Situation(
        account=account,
        rules=rules,
        records=records,
        history=past,
        books=book,
        talk=_talk(records, past, book, policy_of),
        items=(),
        dead=dead_addresses(records, past.entries),
        broken={},
        accepted=taken_up,
        fallen=gone,
        differences=differing(account, as_of),
    )
    items, broken = _items(bare)
    free = _free(book)
    return replace(bare, items=_covered(bare, items, free), broken=broken, free=free)


def _free(book: Books) -> tuple[Free, ...]:
    """List unapplied cash, credit notes on no invoice, balances in their favour."""
    found = [
        Free("credit", book.invoices[id_].issued, -amount)
        for id_, amount in book.open.items()
        if amount.amount < 0
    ]
    found += [_of_record("credit", note) for note in book.credit_notes]
    found += [_of_record("cash", receipt) for receipt in book.receipts]
    return tuple(each for each in found if each.amount.amount > 0)


def _of_record(kind: Literal["cash", "credit"], found: Unapplied) -> Free:
    return Free(kind, found.on, found.left, frozenset(found.record.invoices))


def _covered(
    bare: Situation, items: tuple[Item, ...], free: tuple[Free, ...]
) -> tuple[Item, ...]:
    """Set what is free against the open invoices, contested ones last."""
    if not free:
        return items
    covers = covering(bare, items, free)
    return tuple(
        replace(item, cover=covers[item.id]) if item.id in covers else item
        for item in items
    )


def covering(
    here: Situation, items: Iterable[Item], free: Iterable[Free]
) -> Mapping[str, Cover]:
    """Say how free amounts would cover some open invoices, contested ones last."""
    listed = tuple(items)
    placed = here.history.placed
    apart = {
        item.id: date.min
        for item in listed
        if _is_disputed(item, here.as_of)
        or any(each.invoice in (None, item.id) for each in here.differences)
    }
    given = {item.id: placed[item.id].on for item in listed if item.id in placed}
    debts = (Debt(item.invoice, item.open, item.rests) for item in listed)
    return coverage(debts, free, given | apart)


def _is_disputed(item: Item, day: date) -> bool:
    return any(r.standing == "dispute" and r.covers(day) for r in item.rests)


def _talk(
    records: tuple[Record, ...],
    past: History,
    book: Books,
    policy_of: Callable[[str], Policy],
) -> Talk:
    def pauses_of(id_: str) -> Pauses:
        try:
            return policy_of(id_).pauses
        except NoPolicyError:
            return Pauses()

    takings = Takings(book)
    return Talk(
        records=records,
        common=common_rests(records, book),
        pledges=pledges(records, takings, pauses_of, book.as_of),
        agreements=agreements(records, takings, pauses_of, book.as_of),
        entries=past.entries,
    )


def _items(bare: Situation) -> tuple[tuple[Item, ...], dict[str, str]]:
    """Build the open invoices; one that has no policy breaks its case."""
    book, refs = bare.books, bare.history.refs
    items: list[Item] = []
    broken: dict[str, str] = {}
    for invoice in book.invoices.values():
        if book.open[invoice.id].amount <= 0:
            continue
        try:
            policy = bare.rules.policy_of(bare.account, invoice, refs.get(invoice.id))
            items.append(_item(bare, invoice, policy))
        except NoPolicyError as error:
            broken[invoice.currency] = f"invoice '{invoice.id}': {error}"
    return tuple(item for item in items if item.currency not in broken), broken


def _item(bare: Situation, invoice: Invoice, policy: Policy) -> Item:
    due = bare.rules.calendar(policy, bare.account).on_or_after(invoice.due)
    return Item(
        invoice=invoice,
        policy=policy,
        open=bare.books.open[invoice.id],
        overdue=bare.as_of > due,
        overdue_from=plus(due, 1),
        days_overdue=(bare.as_of - invoice.due).days,
        taken=_taken(bare, invoice, policy),
        rests=rests(invoice, policy, bare.talk, bare.books),
        cover=no_cover(invoice.currency),
        moved_to=bare.rules.moved_to(bare.account, invoice, policy),
    )


def _taken(
    bare: Situation, invoice: Invoice, policy: Policy
) -> tuple[tuple[Step, date], ...]:
    """Name the steps an invoice took as its policy calls them now, last one last.

    A step that a person noted and that this ladder lacks belongs to another
    invoice's ladder, and so does one that cannot have been about this invoice.
    """
    taken: list[tuple[Step, date]] = []
    for each in sorted(bare.history.taken.get(invoice.id, ()), key=lambda t: t.on):
        name = bare.rules.step_now(each.step, each.policy, policy, bare.account)
        step = policy.step(name)
        if step and _can_be_about(each, step, invoice, taken):
            taken.append((step, each.on))
        elif step is None and each.policy:
            hint = did_you_mean(name, (step.name for step in policy.ladder))
            raise NoPolicyError(
                f"step '{name}' of {each.on} is not in policy {policy.ref}"
                + (f"; {hint}" if hint else "")
            )
    counted = _by_the_right_date(taken, invoice, policy)
    return tuple(sorted(counted, key=lambda pair: (pair[0].index, pair[1])))


def _by_the_right_date(
    taken: list[tuple[Step, date]], invoice: Invoice, policy: Policy
) -> list[tuple[Step, date]]:
    """Leave out what was said about a due date that was wrong, where it matters.

    A step that comes after the due date, and was taken before the present one, was
    about another date. It may lead to a warm word; before anything firmer they are
    reminded of the right date, from the first step on.
    """
    right = [each for each in taken if each[0].offset <= 0 or each[1] >= invoice.due]
    if len(right) == len(taken):
        return taken
    following = max(step.index for step, _ in taken) + 1
    rung = policy.ladder[following] if following < len(policy.ladder) else None
    return taken if rung and rung.tone == TONES[0] else right


def never_written(here: Situation, invoice: str) -> bool:
    """Whether nobody has ever written or spoken to the customer about an invoice.

    Neither a message of ours shows it, nor a call or contact that a person noted
    stands for it or took a step of it.
    """
    sent = any(entry.is_contact for entry in here.history.naming(invoice))
    told = any(
        isinstance(record, Call | ContactMade) and invoice in here.books.targets(record)
        for record in here.records
    )
    item = next((item for item in here.items if item.id == invoice), None)
    return not sent and not told and not (item and item.taken)


def _can_be_about(
    each: Taken, step: Step, invoice: Invoice, before: Iterable[tuple[Step, date]]
) -> bool:
    """Whether a step can have been about an invoice, which a person may not have named.

    One noted without invoices was about those overdue on its day (or due, for a step
    before the due date) that were not past it.
    """
    if each.named or each.policy:
        return True
    late = each.on > invoice.due or step.offset <= 0
    return late and all(earlier.index <= step.index for earlier, _ in before)
