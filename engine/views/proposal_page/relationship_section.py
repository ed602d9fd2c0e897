"""What the relationship is worth, and what else is open."""

from collections.abc import Sequence
from decimal import Decimal

from goodterms.decision import InvoiceStanding, facts, invoice_standings
from goodterms.model.money import Money, by_currency
from goodterms.views.markdown import Markdown, code, count, joined, percent, say
from goodterms.views.page_layout import bullets
from goodterms.views.proposal_page.context import ProposalContext


def relationship_section(context: ProposalContext) -> Markdown:
    """Say what they buy, since when, how they pay, and what else is open."""
    lines = [
        _value(context),
        _payment_behaviour(context),
        _also_open(context),
        _who(context),
    ]
    return bullets(line for line in lines if line)


def _value(context: ProposalContext) -> Markdown:
    profile = context.account.profile
    values = [say("**{}** a year", value) for value in profile.annual_value]
    worth_text = joined(values, " and ") if values else say("annual value not known")
    share = _share(context, profile.annual_value)
    since = say(", a customer since {}", profile.since) if profile.since else Markdown()
    return say("{}{}{}", worth_text, share, since)


def _share(context: ProposalContext, values: tuple[Money, ...]) -> Markdown:
    """Compare the debt with what they buy in a year."""
    owed = {amount.currency: amount.amount for amount in context.sums}
    for value in values:
        if value.currency in owed and value.amount > 0:
            share = percent(round(owed[value.currency] / value.amount, 2))
            return say(" (this debt is {} of it)", share)
    return Markdown()


def _payment_behaviour(context: ProposalContext) -> Markdown:
    """Say how they have paid so far, in the case's currency."""
    item = next(iter(context.state.open_invoices), None)
    sum_ = next(iter(context.sums), None)
    if sum_ is None or item is None:
        return Markdown()
    books = context.state.balances
    settled = sum(
        books.paid_on(invoice) is not None
        for invoice in books.invoices.values()
        if invoice.currency == sum_.currency
    )
    if not settled:
        return say("no invoice paid so far, so nothing is known of how they pay")
    case = next(
        (i for i in context.state.open_invoices if i.currency == sum_.currency), item
    )
    case_facts = facts(context.state, case)
    rate = Decimal(str(case_facts["on_time_rate"]))
    late = Decimal(str(case_facts["average_days_late"]))
    form = "{} paid so far, {} on time, {} late on average"
    days, invoices = count(round(late), "day"), count(settled, "invoice")
    return say(form, invoices, percent(round(rate, 2)), days)


def _also_open(context: ProposalContext) -> Markdown:
    """Add up what is open and not in this proposal, and say how it stands."""
    others = [s for s in invoice_standings(context.state) if s.id not in context.ids]
    if not others:
        return say("nothing else open")
    owed = joined(
        [say("{}", m) for m in by_currency(s.invoice_state.open for s in others)],
        " and ",
    )
    return say(
        "also open: {} on {}: {}",
        owed,
        count(len(others), "invoice"),
        joined(_standings(others)),
    )


def _standings(standings: Sequence[InvoiceStanding]) -> list[Markdown]:
    """Count how invoices stand: disputed ones first, those that only wait last."""
    names = [_standing(standing) for standing in standings]
    distinct = dict.fromkeys(sorted(names, key=lambda name: (name in _AT_EASE, name)))
    if len(names) == 1:
        return [say("{}", names[0])]
    return [say("{} {}", names.count(name), name) for name in distinct]


#: How an open invoice stands that nothing has stopped.
_AT_EASE = ("overdue", "not overdue")


def _standing(standing: InvoiceStanding) -> str:
    late = "overdue" if standing.invoice_state.overdue else "not overdue"
    stopped = standing.block
    if stopped is None or stopped.standing in ("waiting", "limit", "calendar"):
        return late
    name = stopped.label or _CALLED.get(stopped.standing, stopped.standing)
    return f"{late}, {name}"


#: What a standing is called here, where its own name says too little.
_CALLED = {
    "dispute": "disputed",
    "deciding": "in another proposal",
    "plan": "paid by instalments",
    "promise": "promised",
    "reply": "they wait for our answer",
    "extension": "more time given",
    "pause": "paused",
}


def _who(context: ProposalContext) -> Markdown:
    profile, settings = context.account.profile, context.state.rules.settings
    segment = profile.segment or settings.default_segment
    flags = [code(flag) for flag in sorted(profile.flags)]
    owner = context.person(settings.owner_of(profile))
    line = say("segment {}, looked after by {}", segment, owner)
    return say("{}, flagged {}", line, joined(flags)) if flags else line
