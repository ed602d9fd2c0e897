"""Each option of a choice: what it does, what it may bring, what that assumes."""

from engine.decision.odds import Assumption, Outlook, outlook
from engine.page.deeds import effect
from engine.page.layout import bullets, folded, paragraphs, table
from engine.page.matter import Matter, would_do
from engine.page.safe import Md, joined, percent, rough, say
from engine.terms import Remedy


def options(about: Matter) -> Md:
    """Compare the options of a step; empty for one that has none."""
    step = about.step
    if step is None or not step.choose or not about.owed:
        return Md()
    weighed = [_weighed(about, remedy) for remedy in step.choose]
    every = [each for found in weighed for each in found]
    rows = [_row(about, each) for each in weighed]
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


def _weighed(about: Matter, remedy: Remedy) -> list[Outlook]:
    """Weigh an option, for each currency that is owed."""
    offers = about.policy.offers if about.policy else {}
    partners = about.here.rules.settings.partners
    offer = offers.get(remedy.offer or "")
    partner = partners.get(remedy.place_with or "")
    owed = [(each.net, each.days) for each in about.owed]
    return [
        outlook(remedy, [o for o in owed if o[0].currency == currency], offer, partner)
        for currency in sorted({amount.currency for amount, _ in owed})
    ]


def _row(about: Matter, found: list[Outlook]) -> tuple[Md, ...]:
    remedy = found[0].remedy
    actions, _ = would_do(about, remedy.name)
    chosen = remedy.name == about.chosen
    form = "**{}**<br>{}"
    back = [say(form, rough(each.expected), _how(about, each)) for each in found]
    return (
        say("**{}**<br>chosen" if chosen else "{}", remedy.name),
        joined(back, "<br>"),
        effect(about, remedy, actions),
    )


def _how(about: Matter, each: Outlook) -> Md:
    """Say what the figure is made of: the chance, and what it costs."""
    remedy = each.remedy
    if remedy.write_off:
        return say("nothing")
    chance, lost = percent(round(each.chance, 2)), percent(1 - each.kept)
    partner = about.here.rules.settings.partners.get(remedy.place_with or "")
    if remedy.place_with and (partner is None or partner.fee_percent is None):
        return say("{}, before costs", chance)
    if remedy.place_with:
        return say("{}, {} fee", chance, lost)
    return say("{}, {} off", chance, lost) if each.kept < 1 else say("{}", chance)


def _assumptions(weighed: list[Outlook]) -> Md:
    found: dict[Assumption, None] = {}
    for each in weighed:
        found.update(dict.fromkeys(each.assumes))
    return bullets(say("{} (*{}*)", each.what, each.source) for each in found)
