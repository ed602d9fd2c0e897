"""Why an invoice is not chased: everything that stops it, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from goodterms.decision.proposals import declined_until, expires_on, proposal_state
from goodterms.decision.standing.next_step import NextStep, find_next_step
from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.balances import unreversed_money
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.recipients import delivery_address
from goodterms.decision.state.suspensions import Suspension, by_standing
from goodterms.model.calendar import plus
from goodterms.model.differences import describe_difference
from goodterms.model.ledger import HARD_FLAGS, WRITTEN
from goodterms.model.money import Money, total, zero
from goodterms.model.plan import STANDINGS, Standing
from goodterms.model.records import Resume

#: What a written channel needs of a customer.
_ADDRESSES = {
    "email": "e-mail address",
    "letter": "postal address",
    "sms": "mobile number",
}


@dataclass(frozen=True, slots=True)
class DunningBlock:
    """What stops an invoice. ``until`` is its last day, None where none is known.

    ``label`` is what people read in place of the standing, where that covers
    several: a proposal that was declined, one put off, and one that has expired; a
    message that came back, and a customer without an address.
    """

    standing: Standing
    why: str
    until: date | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceStanding:
    """An open invoice, its next step, and what blocks it (None: nothing)."""

    invoice_state: InvoiceState
    next_step: NextStep | None
    block: DunningBlock | None

    @property
    def id(self) -> str:
        """The invoice's id."""
        return self.invoice_state.id

    @property
    def currency(self) -> str:
        """The currency, which names the case."""
        return self.invoice_state.currency


Check = Callable[[AccountState, InvoiceState, NextStep | None], DunningBlock | None]


def invoice_standings(state: AccountState) -> tuple[InvoiceStanding, ...]:
    """Work out for every open invoice what stops it, first that applies.

    A case whose net overdue amount, of invoices not stopped otherwise, is
    covered by credit or within the tolerance is not chased either, nor are those
    that are each within it and all together too, so that they do not lead others.
    An invoice that is blocked otherwise is judged by the same sums.
    """
    standings = tuple(_first_standing(state, item) for item in state.open_invoices)
    chased = _amounts_chased(standings)
    small = _amounts_chased(s for s in standings if _is_small(state, s))
    return tuple(_after_cover(state, s, chased, small) for s in standings)


def _first_standing(state: AccountState, item: InvoiceState) -> InvoiceStanding:
    next_step = find_next_step(state, item)
    return InvoiceStanding(item, next_step, next(_blocks(state, item, next_step), None))


def all_block_standings(
    state: AccountState, standing: InvoiceStanding
) -> frozenset[str]:
    """Name everything that stops an invoice, the reason it stands for included."""
    return frozenset(
        block.standing
        for block in _blocks(state, standing.invoice_state, standing.next_step)
    )


def blocked_until(state: AccountState, standing: InvoiceStanding) -> date | None:
    """Return the last day of all that stops an invoice; None where one has no end."""
    days = [
        block.until
        for block in _blocks(state, standing.invoice_state, standing.next_step)
    ]
    days += [standing.block.until] if standing.block else []
    return max((day for day in days if day), default=None) if all(days) else None


def is_small(state: AccountState, item: InvoiceState) -> bool:
    """Whether an invoice is too little to ask for, with all others that are so too."""
    tolerance = state.tolerance(item.currency)
    if item.net > tolerance:
        return False
    small = (i.net for i in state.case(item.currency) if i.net <= tolerance)
    return total(small, item.currency) <= tolerance


def _blocks(
    state: AccountState, item: InvoiceState, next_step: NextStep | None
) -> Iterator[DunningBlock]:
    blocks = (check(state, item, next_step) for check in _CHECKS)
    return (block for block in blocks if block)


def _amounts_chased(standings: Iterable[InvoiceStanding]) -> Mapping[str, Money]:
    """Add up, by currency, what is overdue and chased, net of cover."""
    sums: dict[str, Money] = {}
    for standing in standings:
        if standing.invoice_state.overdue and _is_chased(standing):
            before = sums.get(standing.currency, zero(standing.currency))
            sums[standing.currency] = before + standing.invoice_state.net
    return sums


def _after_cover(
    state: AccountState,
    standing: InvoiceStanding,
    chased: Mapping[str, Money],
    small: Mapping[str, Money],
) -> InvoiceStanding:
    """Stop an invoice that cover leaves nothing of, or too little to ask for.

    *chased* are the overdue amounts of the cases, *small* those of invoices that are
    each within the tolerance. What cover leaves of a single
    invoice is within the tolerance on its own: it leads no message.
    """
    item, currency = standing.invoice_state, standing.currency
    cover, tolerance = item.cover.amount, state.tolerance(currency)
    if item.net.amount <= 0:
        why = f"{cover} {currency} of {_cover_sources(item)} covers it"
        return replace(standing, block=DunningBlock("credit", why))
    if cover.amount and item.net <= tolerance:
        why = f"{item.net} {currency} left is within the tolerance of {tolerance}"
        return replace(standing, block=DunningBlock("tolerance", why))
    net = chased.get(currency, zero(currency))
    if item.overdue and not _is_chased(standing):
        net += item.net
    if standing.block is None and _is_small(state, standing):
        net = min(net, small.get(currency, zero(currency)))
    if item.overdue and net <= tolerance:
        why = f"{net} {currency} overdue is within the tolerance of {tolerance}"
        return replace(standing, block=DunningBlock("tolerance", why))
    return standing


def _is_small(state: AccountState, standing: InvoiceStanding) -> bool:
    return standing.invoice_state.net <= state.tolerance(standing.currency)


def _cover_sources(item: InvoiceState) -> str:
    """Name what covers an invoice."""
    if not item.cover.credit.amount:
        return "unmatched cash"
    return "credit and unmatched cash" if item.cover.cash.amount else "credit"


def _is_chased(standing: InvoiceStanding) -> bool:
    """Whether it counts for the case; what people decide about is still chased."""
    return standing.block is None or standing.block.standing == "deciding"


def _flagged(
    state: AccountState, _item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    flags = [flag for flag in HARD_FLAGS if flag in state.account.profile.flags]
    return DunningBlock("flagged", "flagged " + ", ".join(flags)) if flags else None


def _differs(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    for difference in state.differences:
        if difference.invoice in (None, item.id):
            return DunningBlock("differs", describe_difference(difference))
    return None


def _placed(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    entry = state.history.placements.get(item.id)
    if entry is None:
        return None
    return DunningBlock("placed", f"placed with {entry.doc.partner} on {entry.on}")


def _suspended(standing: Standing) -> Check:
    def check(
        state: AccountState, item: InvoiceState, _next_step: NextStep | None
    ) -> DunningBlock | None:
        suspension = _suspensions_today(state, item).get(standing)
        return (
            DunningBlock(standing, suspension.why, suspension.until)
            if suspension
            else None
        )

    return check


def _suspensions_today(
    state: AccountState, item: InvoiceState
) -> Mapping[str, Suspension]:
    return by_standing(item.suspensions, state.as_of) if item.suspensions else {}


def _in_doubt(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    for entry in state.history.entries_moving(item.id):
        if entry.doc.state == "in-doubt" and not entry.bounced:
            return DunningBlock("in-doubt", f"nobody knows whether {entry.id} arrived")
    return None


def _bounce(
    state: AccountState, _item: InvoiceState, next_step: NextStep | None
) -> DunningBlock | None:
    if next_step is None or next_step.step.channel not in WRITTEN:
        return None
    if delivery_address(
        state.account, next_step.step.channel, state.dead_addresses, next_step.step.to
    ):
        return None
    if state.dead_addresses:
        return DunningBlock("bounce", f"no channel is left for {next_step.step.name}")
    written = [
        channel for channel in state.account.profile.channels if channel in WRITTEN
    ]
    missing = " or ".join(
        _ADDRESSES[channel] for channel in written or [next_step.step.channel]
    )
    why = f"there is no {missing} for {next_step.step.name}"
    return DunningBlock("bounce", why, label="no address")


def _autopay(
    state: AccountState, _item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    if "autopay" in state.account.profile.flags:
        return DunningBlock("autopay", "collected automatically")
    return None


def _after_payment(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    """Give time after money: paid on the invoice, or received for none of them.

    A payment that was reversed gives none. Unapplied cash of any currency counts
    for every overdue invoice of the account, as a part payment would.
    """
    days = item.policy.pauses.after_payment
    paid = [(on, f"paid on {on}") for on in _paid_days(state, item)]
    if item.overdue:
        paid += [
            (free.on, f"{free.amount} {free.amount.currency} received on {free.on}")
            for free in state.free_cash
            if free.kind == "cash"
        ]
    if not days or not paid:
        return None
    on, why = max(paid)
    if state.as_of > plus(on, days):
        return None
    return DunningBlock("after-payment", why, plus(on, days))


def _paid_days(state: AccountState, item: InvoiceState) -> list[date]:
    paid = [(p.on, p.amount) for p in item.invoice.payments if p.on <= state.as_of]
    return [on for on, _ in unreversed_money(paid)]


def _foreign_cash(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    """Wait for a person while money of another currency is matched to nothing.

    It is more than the tolerance, covers no invoice of its own currency, and no
    ``resume`` has been recorded since it came.
    """
    if not item.overdue:
        return None
    for on, idle in _unused_cash(state):
        if idle.currency != item.currency:
            why = (
                f"{idle} {idle.currency} received on {on} is matched to nothing:"
                " ask what it is for, then allocate it or record a resume"
            )
            return DunningBlock("after-payment", why)
    return None


def _unused_cash(state: AccountState) -> list[tuple[date, Money]]:
    """List the cash that covers nothing, by currency, with the day that it came."""
    unused: list[tuple[date, Money]] | None = state.cache.get(("idle cash",))
    if unused is None:
        since: dict[str, date] = {}
        for free in state.free_cash:
            if free.kind == "cash" and not _resumed(state, free.on):
                since.setdefault(free.amount.currency, free.on)
        sums = [
            (on, state.unused_cash(currency)["cash"]) for currency, on in since.items()
        ]
        unused = [(on, s) for on, s in sums if s > state.tolerance(s.currency)]
        state.cache["idle cash",] = unused
    return unused


def _resumed(state: AccountState, since: date) -> bool:
    return any(isinstance(r, Resume) and r.on >= since for r in state.records)


def _deciding(
    state: AccountState, item: InvoiceState, _next_step: NextStep | None
) -> DunningBlock | None:
    for entry in state.history.entries_moving(item.id):
        if entry.doc.kind == "propose" and proposal_state(state, entry) == "proposed":
            why = f"proposal {entry.id} waits for a decision"
            return DunningBlock("deciding", why, expires_on(state, entry))
    return None


def _declined(
    state: AccountState, item: InvoiceState, next_step: NextStep | None
) -> DunningBlock | None:
    if next_step is None:
        return None
    for entry in reversed(state.history.entries_moving(item.id)):
        doc = entry.doc
        now = doc.step and state.rules.step_now(
            doc.step, doc.policy, item.policy, state.account
        )
        if now != next_step.step.name:
            continue
        until = declined_until(state, entry)
        if until and state.as_of <= until:
            return _declined_block(state, entry, until)
    return None


def _declined_block(
    state: AccountState, entry: JournalEntry, until: date
) -> DunningBlock:
    """Say whether a proposal was declined or put off, by whom and why, or expired."""
    if proposal_state(state, entry) == "expired":
        last = expires_on(state, entry)
        why = f"proposal {entry.id} expired: nobody decided by {last}"
        return DunningBlock("declined", why, until, "expired")
    put_off = entry.doc.until is not None
    done = "put off" if put_off else "declined"
    why = f"proposal {entry.id} was {done} on {entry.since}"
    if entry.doc.by:
        why += f" by {' and '.join(entry.doc.by)}"
    if entry.doc.reason:
        why += f": {entry.doc.reason}"
    return DunningBlock("declined", why, until, "put off" if put_off else None)


def _exhausted(
    _state: AccountState, item: InvoiceState, next_step: NextStep | None
) -> DunningBlock | None:
    if next_step is not None:
        return None
    last = (
        f"{item.last_step[0].name} of {item.last_step[1]}"
        if item.last_step
        else "no step"
    )
    return DunningBlock("exhausted", f"{last} was the last of {item.policy.ref}")


_CHECKS: tuple[Check, ...] = (
    _flagged,
    _differs,
    _placed,
    _suspended("dispute"),
    _suspended("plan"),
    _suspended("promise"),
    _suspended("extension"),
    _suspended("pause"),
    _suspended("reply"),
    _in_doubt,
    _bounce,
    _autopay,
    _after_payment,
    _foreign_cash,
    _deciding,
    _declined,
    _exhausted,
)

#: Standings that a decision in progress does not outrank: what closes it. What is
#: settled is closed as paid.
ABOVE_DECIDING = STANDINGS[1 : STANDINGS.index("deciding")]
