"""What the relationship is worth, and what else is open."""

from collections.abc import Sequence
from decimal import Decimal

from engine.decision.facts import facts
from engine.decision.standing import Stand, stands
from engine.money import Money, by_currency
from engine.page.layout import bullets
from engine.page.matter import Matter
from engine.page.safe import Md, code, count, joined, percent, say


def worth(about: Matter) -> Md:
    """Say what they buy, since when, how they pay, and what else is open."""
    lines = [_value(about), _manners(about), _also_open(about), _who(about)]
    return bullets(line for line in lines if line)


def _value(about: Matter) -> Md:
    profile = about.account.profile
    values = [say("**{}** a year", value) for value in profile.annual_value]
    told = joined(values, " and ") if values else say("annual value not known")
    share = _share(about, profile.annual_value)
    since = say(", a customer since {}", profile.since) if profile.since else Md()
    return say("{}{}{}", told, share, since)


def _share(about: Matter, values: tuple[Money, ...]) -> Md:
    """Compare the debt with what they buy in a year."""
    owed = {each.currency: each.amount for each in about.sums}
    for value in values:
        if value.currency in owed and value.amount > 0:
            share = percent(round(owed[value.currency] / value.amount, 2))
            return say(" (this debt is {} of it)", share)
    return Md()


def _manners(about: Matter) -> Md:
    """Say how they have paid so far, in the case's currency."""
    item = next(iter(about.here.items), None)
    sum_ = next(iter(about.sums), None)
    if sum_ is None or item is None:
        return Md()
    books = about.here.books
    settled = sum(
        books.paid_on(each) is not None
        for each in books.invoices.values()
        if each.currency == sum_.currency
    )
    if not settled:
        return say("no invoice paid so far, so nothing is known of how they pay")
    case = next((i for i in about.here.items if i.currency == sum_.currency), item)
    known = facts(about.here, case)
    rate = Decimal(str(known["on_time_rate"]))
    late = Decimal(str(known["average_days_late"]))
    form = "{} paid so far, {} on time, {} late on average"
    days, invoices = count(round(late), "day"), count(settled, "invoice")
    return say(form, invoices, percent(round(rate, 2)), days)


def _also_open(about: Matter) -> Md:
    """Add up what is open and not in this proposal, and say how it stands."""
    found = [s for s in stands(about.here) if s.id not in about.ids]
    if not found:
        return say("nothing else open")
    owed = joined(
        [say("{}", m) for m in by_currency(s.item.open for s in found)], " and "
    )
    return say(
        "also open: {} on {}: {}",
        owed,
        count(len(found), "invoice"),
        joined(_standings(found)),
    )


def _standings(found: Sequence[Stand]) -> list[Md]:
    """Count how invoices stand: disputed ones first, those that only wait last."""
    names = [_standing(each) for each in found]
    told = dict.fromkeys(sorted(names, key=lambda name: (name in _AT_EASE, name)))
    if len(names) == 1:
        return [say("{}", names[0])]
    return [say("{} {}", names.count(name), name) for name in told]


#: How an open invoice stands that nothing has stopped.
_AT_EASE = ("overdue", "not overdue")


def _standing(stand: Stand) -> str:
    late = "overdue" if stand.item.overdue else "not overdue"
    stopped = stand.stop
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


def _who(about: Matter) -> Md:
    profile, settings = about.account.profile, about.here.rules.settings
    segment = profile.segment or settings.default_segment
    flags = [code(flag) for flag in sorted(profile.flags)]
    owner = about.person(settings.owner_of(profile))
    told = say("segment {}, looked after by {}", segment, owner)
    return say("{}, flagged {}", told, joined(flags)) if flags else told
