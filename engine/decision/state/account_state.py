"""Everything known about an account on a day, put together once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from goodterms.decision.state.balances import Balances, balances
from goodterms.decision.state.cash_coverage import (
    CashCover,
    FreeCash,
    OpenDebt,
    coverage,
    no_cover,
    unused_amounts,
)
from goodterms.decision.state.discounts import (
    AcceptedDiscount,
    accepted_discounts,
    revoked_credits,
)
from goodterms.decision.state.effective_policies import EffectivePolicies, NoPolicyError
from goodterms.decision.state.history import (
    History,
    JournalEntry,
    TakenStep,
    fold,
    history,
)
from goodterms.decision.state.instalment_plans import plan_statuses
from goodterms.decision.state.promises import promise_statuses
from goodterms.decision.state.receipts import Receipts
from goodterms.decision.state.recipients import dead_addresses
from goodterms.decision.state.suspensions import (
    AccountRecords,
    Suspension,
    common_suspensions,
    suspensions,
)
from goodterms.decision.state.unapplied_cash import UnappliedCash
from goodterms.model.calendar import plus
from goodterms.model.differences import open_differences
from goodterms.model.ledger import Account, Difference, Invoice
from goodterms.model.money import Money, zero
from goodterms.model.policy import TONES, Limit, PausePolicy, Policy, Step
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import did_you_mean
from goodterms.model.records import Call, ContactMade, Record


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """An open invoice with its policy, its past steps and its suspensions.

    ``overdue`` is so from the day after the due date, moved to the next
    business day; ``days_overdue`` counts from the contractual due date.
    ``cover`` is the unapplied cash and credit that is set against it.
    ``moved_to`` is the account's policy, where that is another one and does not say
    how it takes this invoice over.
    """

    invoice: Invoice
    policy: Policy
    open: Money
    overdue: bool
    overdue_from: date
    days_overdue: int
    steps_taken: tuple[tuple[Step, date], ...]
    suspensions: tuple[Suspension, ...]
    cover: CashCover
    moved_to: PolicyRef | None = None

    @property
    def net(self) -> Money:
        """What is open less its cover; never below zero."""
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
    def last_step(self) -> tuple[Step, date] | None:
        """The last step taken and its day, None before the first."""
        return self.steps_taken[-1] if self.steps_taken else None


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account on a day: all facts dated by then, and nothing decided yet.

    ``open_invoices`` are ordered by due date and id. ``broken_cases`` maps the
    currency of a case to the reason why it cannot be decided. ``differences`` are
    what another system states otherwise today. ``free_cash`` is the unapplied cash
    and credit that covers open invoices. ``accepted_discounts`` are offers taken up
    that no journal entry credits yet; ``balances`` has them taken off already.
    ``revoked_credits`` are credits of offers whose payment was taken back;
    ``balances`` leaves them out. ``tolerances`` and ``cache`` keep what is worked
    out once for a currency.
    """

    account: Account
    rules: EffectivePolicies
    records: tuple[Record, ...]
    history: History
    balances: Balances
    account_records: AccountRecords
    open_invoices: tuple[InvoiceState, ...]
    dead_addresses: frozenset[tuple[str, str]]
    broken_cases: Mapping[str, str]
    free_cash: tuple[FreeCash, ...] = ()
    differences: tuple[Difference, ...] = ()
    accepted_discounts: tuple[AcceptedDiscount, ...] = ()
    revoked_credits: tuple[JournalEntry, ...] = ()
    tolerances: dict[str, Money] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    cache: dict[tuple[str, ...], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def as_of(self) -> date:
        """The day."""
        return self.rules.as_of

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of every policy in the account; all hold, so the stricter wins."""
        limits = (limit for policy in self.policies for limit in policy.limits)
        return tuple(dict.fromkeys(limits))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that the open invoices are under, each once."""
        return tuple(
            {id(item.policy): item.policy for item in self.open_invoices}.values()
        )

    def case(self, currency: str) -> tuple[InvoiceState, ...]:
        """Return the open invoices of one currency."""
        return tuple(item for item in self.open_invoices if item.currency == currency)

    def unused_cash(self, currency: str) -> Mapping[str, Money]:
        """Return what of the free amounts of a currency covers nothing, by kind."""
        return unused_amounts(
            self.free_cash, (item.cover for item in self.open_invoices), currency
        )

    def tolerance(self, currency: str) -> Money:
        """Return the lowest tolerance of the policies in the account."""
        tolerance = self.tolerances.get(currency)
        if tolerance is None:
            none = zero(currency)
            tolerances = [
                policy.tolerance.get(currency, none) for policy in self.policies
            ]
            tolerance = self.tolerances[currency] = min(tolerances, default=none)
        return tolerance


def account_state(account: Account, rules: EffectivePolicies) -> AccountState:
    """Return the state of an account on the day of the rules."""
    as_of = rules.as_of
    dated = (record for record in account.records if record.on <= as_of)
    records = tuple(sorted(dated, key=lambda record: (record.on, record.id)))
    entries = fold(account.journal, as_of, records)
    balances_now = balances(account, records, entries, as_of)
    revoked = revoked_credits(entries, balances_now, rules.book.policies)
    taken_up = accepted_discounts(entries, balances_now, rules.book.policies)
    if taken_up or revoked:
        counting = (entry for entry in entries if entry not in revoked)
        credits_ = (entry.credit for entry in taken_up)
        balances_now = balances(account, records, (*counting, *credits_), as_of)
    past = history(entries, records, balances_now.invoices_of)

    def policy_of(id_: str) -> Policy:
        return rules.policy_of(
            account, balances_now.invoices[id_], past.policy_refs.get(id_)
        )

    bare = AccountState(
        account=account,
        rules=rules,
        records=records,
        history=past,
        balances=balances_now,
        account_records=_account_records(records, past, balances_now, policy_of),
        open_invoices=(),
        dead_addresses=dead_addresses(records, past.entries),
        broken_cases={},
        accepted_discounts=taken_up,
        revoked_credits=revoked,
        differences=open_differences(account, as_of),
    )
    items, broken = _open_invoices(bare)
    free = _free_cash(balances_now)
    items = _with_cover(bare, items, free)
    return replace(bare, open_invoices=items, broken_cases=broken, free_cash=free)


def _free_cash(balances_now: Balances) -> tuple[FreeCash, ...]:
    """List unapplied cash, credit notes on no invoice, balances in their favour."""
    amounts = [
        FreeCash("credit", balances_now.invoices[id_].issued, -amount)
        for id_, amount in balances_now.open.items()
        if amount.amount < 0
    ]
    amounts += [_of_record("credit", note) for note in balances_now.credit_notes]
    amounts += [_of_record("cash", receipt) for receipt in balances_now.receipts]
    return tuple(free for free in amounts if free.amount.amount > 0)


def _of_record(kind: Literal["cash", "credit"], unapplied: UnappliedCash) -> FreeCash:
    return FreeCash(
        kind,
        unapplied.on,
        unapplied.left,
        frozenset(unapplied.record.invoices),
    )


def _with_cover(
    bare: AccountState, items: tuple[InvoiceState, ...], free: tuple[FreeCash, ...]
) -> tuple[InvoiceState, ...]:
    """Set what is free against the open invoices, contested ones last."""
    if not free:
        return items
    covers = coverage_of(bare, items, free)
    return tuple(
        replace(item, cover=covers[item.id]) if item.id in covers else item
        for item in items
    )


def coverage_of(
    state: AccountState, items: Iterable[InvoiceState], free: Iterable[FreeCash]
) -> Mapping[str, CashCover]:
    """Say how free amounts would cover some open invoices, contested ones last."""
    listed = tuple(items)
    placed = state.history.placements
    apart = {
        item.id: date.min
        for item in listed
        if _is_disputed(item, state.as_of)
        or any(
            difference.invoice in (None, item.id) for difference in state.differences
        )
    }
    placed_on = {item.id: placed[item.id].on for item in listed if item.id in placed}
    debts = (OpenDebt(item.invoice, item.open, item.suspensions) for item in listed)
    return coverage(debts, free, placed_on | apart)


def _is_disputed(item: InvoiceState, day: date) -> bool:
    return any(r.standing == "dispute" and r.covers(day) for r in item.suspensions)


def _account_records(
    records: tuple[Record, ...],
    past: History,
    balances_now: Balances,
    policy_of: Callable[[str], Policy],
) -> AccountRecords:
    def pauses_of(id_: str) -> PausePolicy:
        try:
            return policy_of(id_).pauses
        except NoPolicyError:
            return PausePolicy()

    receipts = Receipts(balances_now)
    return AccountRecords(
        records=records,
        common_suspensions=common_suspensions(records, balances_now),
        promise_statuses=promise_statuses(
            records, receipts, pauses_of, balances_now.as_of
        ),
        plan_statuses=plan_statuses(records, receipts, pauses_of, balances_now.as_of),
        entries=past.entries,
    )


def _open_invoices(
    bare: AccountState,
) -> tuple[tuple[InvoiceState, ...], dict[str, str]]:
    """Build the open invoices; one that has no policy breaks its case."""
    balances_now, refs = bare.balances, bare.history.policy_refs
    items: list[InvoiceState] = []
    broken: dict[str, str] = {}
    for invoice in balances_now.invoices.values():
        if balances_now.open[invoice.id].amount <= 0:
            continue
        try:
            policy = bare.rules.policy_of(bare.account, invoice, refs.get(invoice.id))
            items.append(_invoice_state(bare, invoice, policy))
        except NoPolicyError as error:
            broken[invoice.currency] = f"invoice '{invoice.id}': {error}"
    return tuple(item for item in items if item.currency not in broken), broken


def _invoice_state(
    bare: AccountState, invoice: Invoice, policy: Policy
) -> InvoiceState:
    due = bare.rules.calendar(policy, bare.account).on_or_after(invoice.due)
    return InvoiceState(
        invoice=invoice,
        policy=policy,
        open=bare.balances.open[invoice.id],
        overdue=bare.as_of > due,
        overdue_from=plus(due, 1),
        days_overdue=(bare.as_of - invoice.due).days,
        steps_taken=_steps_taken(bare, invoice, policy),
        suspensions=suspensions(invoice, policy, bare.account_records, bare.balances),
        cover=no_cover(invoice.currency),
        moved_to=bare.rules.moved_to(bare.account, invoice, policy),
    )


def _steps_taken(
    bare: AccountState, invoice: Invoice, policy: Policy
) -> tuple[tuple[Step, date], ...]:
    """Name the steps an invoice took as its policy calls them now, last one last.

    A step that a person noted and that this ladder lacks belongs to another
    invoice's ladder, and so does one that cannot have been about this invoice.
    """
    taken: list[tuple[Step, date]] = []
    for taken_step in sorted(
        bare.history.steps_taken.get(invoice.id, ()), key=lambda t: t.on
    ):
        name = bare.rules.step_now(
            taken_step.step, taken_step.policy, policy, bare.account
        )
        step = policy.step(name)
        if step and _can_be_about(taken_step, step, invoice, taken):
            taken.append((step, taken_step.on))
        elif step is None and taken_step.policy:
            hint = did_you_mean(name, (step.name for step in policy.ladder))
            raise NoPolicyError(
                f"step '{name}' of {taken_step.on} is not in policy {policy.ref}"
                + (f"; {hint}" if hint else "")
            )
    counted = _without_wrong_due_date(taken, invoice, policy)
    return tuple(sorted(counted, key=lambda pair: (pair[0].index, pair[1])))


def _without_wrong_due_date(
    taken: list[tuple[Step, date]], invoice: Invoice, policy: Policy
) -> list[tuple[Step, date]]:
    """Leave out what was said about a due date that was wrong, where it matters.

    A step that comes after the due date, and was taken before the present one, was
    about another date. It may lead to a warm word; before anything firmer they are
    reminded of the right date, from the first step on.
    """
    right = [
        step_and_day
        for step_and_day in taken
        if step_and_day[0].offset <= 0 or step_and_day[1] >= invoice.due
    ]
    if len(right) == len(taken):
        return taken
    following = max(step.index for step, _ in taken) + 1
    following_step = (
        policy.ladder[following] if following < len(policy.ladder) else None
    )
    return taken if following_step and following_step.tone == TONES[0] else right


def never_written(state: AccountState, invoice: str) -> bool:
    """Whether nobody has ever written or spoken to the customer about an invoice.

    Neither a message of ours shows it, nor a call or contact that a person noted
    stands for it or took a step of it.
    """
    written = any(entry.is_contact for entry in state.history.entries_showing(invoice))
    spoken = any(
        isinstance(record, Call | ContactMade)
        and invoice in state.balances.invoices_of(record)
        for record in state.records
    )
    item = next((item for item in state.open_invoices if item.id == invoice), None)
    return not written and not spoken and not (item and item.steps_taken)


def _can_be_about(
    taken_step: TakenStep,
    step: Step,
    invoice: Invoice,
    before: Iterable[tuple[Step, date]],
) -> bool:
    """Whether a step can have been about an invoice, which a person may not have named.

    One noted without invoices was about those overdue on its day (or due, for a step
    before the due date) that were not past it.
    """
    if taken_step.named or taken_step.policy:
        return True
    late = taken_step.on > invoice.due or step.offset <= 0
    return late and all(earlier.index <= step.index for earlier, _ in before)
