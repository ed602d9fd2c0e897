"""What approval would do, in words: for the head of a page and for each option."""

from collections.abc import Iterable
from decimal import Decimal

from goodterms.decision import DECLINED_DAYS, JournalEntry
from goodterms.model.calendar import plus
from goodterms.model.money import Money, parse_amount
from goodterms.model.plan import Action, ConcreteOffer
from goodterms.model.policy import Remedy
from goodterms.views.markdown import (
    Markdown,
    clean,
    code,
    count,
    joined,
    percent,
    rough,
    say,
)
from goodterms.views.page_layout import bullets, folded, paragraphs, table
from goodterms.views.proposal_page.context import ProposalContext, would_do
from goodterms.views.proposal_page.recovery_estimate import (
    RecoveryAssumption,
    RecoveryEstimate,
    outlook,
)

_BY = {"email": "e-mail", "letter": "post", "sms": "text message", "phone": "phone"}


def channel_name(channel: str | None) -> str:
    """Name a channel: by e-mail, by letter."""
    return _BY.get(channel or "", channel or "hand")


def effect(
    context: ProposalContext, remedy: Remedy | None, actions: Iterable[Action]
) -> Markdown:
    """Say what approving does: a remedy, or the step itself (None)."""
    parts = [_action_effect(context, action) for action in actions]
    if remedy and remedy.pause is not None:
        parts.append(say("say nothing for {} days", remedy.pause))
    if not parts:
        return _nothing(context, remedy)
    if remedy and remedy.leaves_step_untaken:
        parts.append(say("then ask here again"))
    return joined(parts, "; ")


def _nothing(context: ProposalContext, remedy: Remedy | None) -> Markdown:
    """Say that approval would have no effect, and what is to be mended first."""
    _, problems = would_do(context, remedy.name if remedy else None)
    why = joined(
        [say("; {}: {}", problem.place.file, problem.message) for problem in problems],
        "",
    )
    return say("nothing: today it cannot be carried out{}", why)


def sums(amounts: Iterable[Money]) -> Markdown:
    """Write amounts of several currencies."""
    return joined([say("{}", amount) for amount in amounts], " and ")


def stated_amounts(entry: JournalEntry) -> tuple[Money, ...]:
    """Return what a proposal asks for, as its entry states it."""
    totals = entry.doc.totals or ()
    return tuple(parse_amount(amount, currency) for currency, amount in totals)


def addressee(action: Action) -> Markdown:
    """Say who hears it: the person, and where."""
    to = code(action.to or "nobody")
    if action.channel == "letter":
        to = say("{}", action.to or "nobody")
    return say("{}, {}", action.contact.name, to) if action.contact else to


def outcome(entry: JournalEntry, state: str) -> str:
    """Name what became of a proposal that stands so: one put off is no no."""
    return "put off" if state == "declined" and entry.doc.until else state


def again_from(entry: JournalEntry) -> Markdown:
    """Say when one that was put off is asked again; empty for any other."""
    if entry.doc.until is None:
        return Markdown()
    return say(", to be asked again from {}", plus(entry.doc.until, 1))


def closing_effect(context: ProposalContext) -> Markdown:
    """Say what closing without merging does."""
    form = "nothing is sent, and {} is not proposed again for {} days"
    return say(form, context.step_name, DECLINED_DAYS)


def effective_when(actions: Iterable[Action]) -> Markdown:
    """Say when approval has its effect."""
    if not any(action.channel for action in actions):
        return Markdown()
    return say(", with the next run on a business day")


def _action_effect(context: ProposalContext, action: Action) -> Markdown:
    if action.kind == "place":
        return _placing(context, action)
    if action.kind == "hold":
        return say("**credit hold** until all is paid")
    if action.kind == "write-off":
        return say("**write off** {}", sums(action.totals))
    if action.offer and action.choose != "approve":
        return _offered(context, action.offer, channel_name(action.channel))
    noun = "letter" if action.channel == "letter" else "message"
    return say("the {} below goes out **by {}**", noun, channel_name(action.channel))


def _placing(context: ProposalContext, action: Action) -> Markdown:
    partner = context.state.rules.settings.partners.get(action.partner or "")
    if partner is None:
        return say("hand it to {}", action.partner or "a partner")
    return say("hand it to **{}** ({})", partner.name, partner.kind)


def _offered(context: ProposalContext, offer: ConcreteOffer, how: str) -> Markdown:
    """Say what is offered; its days count from when it is sent."""
    open_for = count((offer.valid_until - context.day).days, "day")
    if offer.kind == "discount":
        form = "offer by {} to settle for **{}**, open for {}"
        return say(form, how, sums(offer.pay), open_for)
    due = offer.parts[0][0]
    first = sums(amount for on, amount in offer.parts if on == due)
    form = "offer **{} instalments** by {}, the first of {} after {}"
    after = count((due - context.day).days, "day")
    number = len({on for on, _ in offer.parts})
    return say(form, number, how, first, after)


def options_section(context: ProposalContext) -> Markdown:
    """Compare the options of a step; empty for one that has none."""
    step = context.step
    if step is None or not step.choose or not context.owed:
        return Markdown()
    weighed = [_weighed(context, remedy) for remedy in step.choose]
    every = [option_estimate for estimates in weighed for option_estimate in estimates]
    rows = [_row(context, option_estimate) for option_estimate in weighed]
    return paragraphs(
        table(("Option", "Likely back", "What it does"), rows, (1,)),
        say(
            "*Likely back* is a rule of thumb: what is owed, times the chance of being"
            " paid at this age, less discount and fee. It knows nothing of this"
            " customer: one who answers is worth more, one who is silent less."
        ),
        folded(
            say("What this assumes, and where it is from"),
            _assumptions(every),
        ),
    )


def _weighed(context: ProposalContext, remedy: Remedy) -> list[RecoveryEstimate]:
    """Weigh an option, for each currency that is owed."""
    offers = context.policy.offers if context.policy else {}
    partners = context.state.rules.settings.partners
    offer = offers.get(remedy.offer or "")
    partner = partners.get(remedy.place_with or "")
    owed = [(owed_invoice.net, owed_invoice.days) for owed_invoice in context.owed]
    return [
        outlook(remedy, [o for o in owed if o[0].currency == currency], offer, partner)
        for currency in sorted({amount.currency for amount, _ in owed})
    ]


def _row(
    context: ProposalContext, estimates: list[RecoveryEstimate]
) -> tuple[Markdown, ...]:
    remedy = estimates[0].remedy
    actions, _ = would_do(context, remedy.name)
    chosen = remedy.name == context.chosen
    form = "**{}**<br>{}"
    back = [
        say(form, rough(estimate.expected), _how(context, estimate))
        for estimate in estimates
    ]
    return (
        say("**{}**<br>chosen" if chosen else "{}", remedy.name),
        joined(back, "<br>"),
        effect(context, remedy, actions),
    )


def _how(context: ProposalContext, recovery_estimate: RecoveryEstimate) -> Markdown:
    """Say what the figure is made of: the chance, and what it costs."""
    remedy = recovery_estimate.remedy
    if remedy.write_off:
        return say("nothing")
    chance, lost = (
        percent(round(recovery_estimate.chance, 2)),
        percent(1 - recovery_estimate.kept),
    )
    partner = context.state.rules.settings.partners.get(remedy.place_with or "")
    if remedy.place_with and (partner is None or partner.fee_percent is None):
        return say("{}, before costs", chance)
    if remedy.place_with:
        return say("{}, {} fee", chance, lost)
    return (
        say("{}, {} off", chance, lost)
        if recovery_estimate.kept < 1
        else say("{}", chance)
    )


def _assumptions(weighed: list[RecoveryEstimate]) -> Markdown:
    assumptions: dict[RecoveryAssumption, None] = {}
    for assumed in weighed:
        assumptions.update(dict.fromkeys(assumed.assumes))
    return bullets(
        say("{} (*{}*)", assumed.sentence, assumed.source) for assumed in assumptions
    )


#: What GitHub allows.
LONGEST = 50

_BANDS = (
    (Decimal(1_000), "under 1k"),
    (Decimal(10_000), "1k-10k"),
    (Decimal(100_000), "10k-100k"),
    (Decimal(1_000_000), "100k-1m"),
)


def labels(step: str, amounts: Iterable[Money]) -> tuple[str, ...]:
    """Return the labels of a proposal: ours, its step, the band of each amount.

    Bands are in units of an amount's own currency, which they name.
    """
    labels_ = ["goodterms", f"step: {step}"]
    labels_ += [f"amount: {band(amount)}" for amount in amounts]
    return tuple(clean(label)[:LONGEST] for label in labels_)


def band(amount: Money) -> str:
    """Return the order of an amount, ``1k-10k EUR``; the lower end belongs to it."""
    name = next((name for end, name in _BANDS if amount.amount < end), "over 1m")
    return f"{name} {amount.currency}"
