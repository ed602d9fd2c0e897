"""Everything known about an account on a day, put together once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.days import plus
from engine.decision.accepting import Accepted, accepted
from engine.decision.addressing import dead_addresses
from engine.decision.books import Books, books
from engine.decision.history import History, fold, history
from engine.decision.instalments import agreements
from engine.decision.pauses import Rest, Talk, rests
from engine.decision.promises import pledges
from engine.decision.rules import NoPolicyError, Rules
from engine.model import Account, Invoice
from engine.money import Money, zero
from engine.problem import did_you_mean
from engine.records import Record
from engine.terms import Limit, Pauses, Policy, Step


@dataclass(frozen=True, slots=True)
class Item:
    """An open invoice with its policy, its past steps and its rests.

    ``overdue`` is so from the day after the due date, moved to the next
    business day; ``days_overdue`` counts from the contractual due date.
    """

    invoice: Invoice
    policy: Policy
    open: Money
    overdue: bool
    overdue_from: date
    days_overdue: int
    taken: tuple[tuple[Step, date], ...]
    rests: tuple[Rest, ...]

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
    ``accepted`` are the offers taken up that no journal entry credits yet;
    the books have them taken off already.
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
    accepted: tuple[Accepted, ...] = ()

    @property
    def as_of(self) -> date:
        """The day."""
        return self.rules.as_of

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of every policy in the account; all hold, so the stricter wins."""
        policies = {item.policy.ref: item.policy for item in self.items}
        return tuple(
            dict.fromkeys(limit for p in policies.values() for limit in p.limits)
        )

    def case(self, currency: str) -> tuple[Item, ...]:
        """Return the open invoices of one currency."""
        return tuple(item for item in self.items if item.currency == currency)

    def tolerance(self, currency: str) -> Money:
        """Return the lowest tolerance of the policies in the account."""
        policies = {item.policy.ref: item.policy for item in self.items}
        found = [p.tolerance.get(currency, zero(currency)) for p in policies.values()]
        return min(found, default=zero(currency))


def situation(account: Account, rules: Rules) -> Situation:
    """Put together what is known on the rules' day."""
    as_of = rules.as_of
    known = (record for record in account.records if record.on <= as_of)
    records = tuple(sorted(known, key=lambda record: (record.on, record.id)))
    entries = fold(account.journal, as_of, records)
    book = books(account, records, entries, as_of)
    taken_up = accepted(entries, book, rules.book.policies)
    if taken_up:
        credits_ = (each.credit for each in taken_up)
        book = books(account, records, (*entries, *credits_), as_of)
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
    )
    items, broken = _items(bare)
    return replace(bare, items=items, broken=broken)


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

    return Talk(
        records=records,
        pledges=pledges(records, book, pauses_of, book.as_of),
        agreements=agreements(records, book, pauses_of, book.as_of),
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
    )


def _taken(
    bare: Situation, invoice: Invoice, policy: Policy
) -> tuple[tuple[Step, date], ...]:
    """Name the steps an invoice took as its policy calls them now, last one last.

    A step that a person noted and that this ladder lacks belongs to another
    invoice's ladder.
    """
    taken = []
    for each in bare.history.taken.get(invoice.id, ()):
        name = bare.rules.step_now(each.step, each.policy, policy)
        step = policy.step(name)
        if step:
            taken.append((step, each.on))
        elif each.policy:
            hint = did_you_mean(name, (step.name for step in policy.ladder))
            raise NoPolicyError(
                f"step '{name}' of {each.on} is not in policy {policy.ref}"
                + (f"; {hint}" if hint else "")
            )
    return tuple(sorted(taken, key=lambda pair: (pair[0].index, pair[1])))
