"""What the relationship is worth, and what else is open."""

from decimal import Decimal

from engine.decision.facts import facts
from engine.money import Money, total
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
    """Add up what is open and not in this proposal."""
    others = [item for item in about.here.items if item.id not in about.ids]
    if not others:
        return say("nothing else open")
    sums = [
        say("{}", total((i.open for i in others if i.currency == each), each))
        for each in sorted({item.currency for item in others})
    ]
    late = sum(item.overdue for item in others)
    form = "also open: {} on {}, {} of them overdue"
    return say(form, joined(sums, " and "), count(len(others), "invoice"), late)


def _who(about: Matter) -> Md:
    profile, settings = about.account.profile, about.here.rules.settings
    segment = profile.segment or settings.default_segment
    flags = [code(flag) for flag in sorted(profile.flags)]
    owner = about.person(settings.owner_of(profile))
    told = say("segment {}, looked after by {}", segment, owner)
    return say("{}, flagged {}", told, joined(flags)) if flags else told
