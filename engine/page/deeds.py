"""What approval would do, in words: for the head of a page and for each option."""

from collections.abc import Iterable

from engine.action import Action, Offered
from engine.days import plus
from engine.decision.history import Entry
from engine.decision.proposals import DECLINED_DAYS
from engine.money import Money, parse_amount
from engine.page.matter import Matter, would_do
from engine.page.safe import Md, code, count, joined, say
from engine.terms import Remedy

_BY = {"email": "e-mail", "letter": "post", "sms": "text message", "phone": "phone"}


def by(channel: str | None) -> str:
    """Name a channel: by e-mail, by letter."""
    return _BY.get(channel or "", channel or "hand")


def effect(about: Matter, remedy: Remedy | None, actions: Iterable[Action]) -> Md:
    """Say what approving does: a remedy, or the step itself (None)."""
    told = [_deed(about, each) for each in actions]
    if remedy and remedy.pause is not None:
        told.append(say("say nothing for {} days", remedy.pause))
    if not told:
        return _nothing(about, remedy)
    if remedy and remedy.leaves_step_untaken:
        told.append(say("then ask here again"))
    return joined(told, "; ")


def _nothing(about: Matter, remedy: Remedy | None) -> Md:
    """Say that approval would have no effect, and what is to be mended first."""
    _, problems = would_do(about, remedy.name if remedy else None)
    why = joined(
        [say("; {}: {}", problem.place.file, problem.message) for problem in problems],
        "",
    )
    return say("nothing: today it cannot be carried out{}", why)


def sums(amounts: Iterable[Money]) -> Md:
    """Write amounts of several currencies."""
    return joined([say("{}", amount) for amount in amounts], " and ")


def stated(entry: Entry) -> tuple[Money, ...]:
    """Return what a proposal asks for, as its entry states it."""
    told = entry.doc.totals or ()
    return tuple(parse_amount(amount, currency) for currency, amount in told)


def addressee(action: Action) -> Md:
    """Say who hears it: the person, and where."""
    to = code(action.to or "nobody")
    if action.channel == "letter":
        to = say("{}", action.to or "nobody")
    return say("{}, {}", action.contact.name, to) if action.contact else to


def outcome(entry: Entry, state: str) -> str:
    """Name what became of a proposal that stands so: one put off is no no."""
    return "put off" if state == "declined" and entry.doc.until else state


def again_from(entry: Entry) -> Md:
    """Say when one that was put off is asked again; empty for any other."""
    if entry.doc.until is None:
        return Md()
    return say(", to be asked again from {}", plus(entry.doc.until, 1))


def on_close(about: Matter) -> Md:
    """Say what closing without merging does."""
    form = "nothing is sent, and {} is not proposed again for {} days"
    return say(form, about.step_name, DECLINED_DAYS)


def on_time(actions: Iterable[Action]) -> Md:
    """Say when approval has its effect."""
    if not any(action.channel for action in actions):
        return Md()
    return say(", with the next run on a business day")


def _deed(about: Matter, action: Action) -> Md:
    if action.kind == "place":
        return _placing(about, action)
    if action.kind == "hold":
        return say("**credit hold** until all is paid")
    if action.kind == "write-off":
        return say("**write off** {}", sums(action.totals))
    if action.offer and action.choose != "approve":
        return _offered(about, action.offer, by(action.channel))
    noun = "letter" if action.channel == "letter" else "message"
    return say("the {} below goes out **by {}**", noun, by(action.channel))


def _placing(about: Matter, action: Action) -> Md:
    partner = about.here.rules.settings.partners.get(action.partner or "")
    if partner is None:
        return say("hand it to {}", action.partner or "a partner")
    return say("hand it to **{}** ({})", partner.name, partner.kind)


def _offered(about: Matter, offer: Offered, how: str) -> Md:
    """Say what is offered; its days count from when it is sent."""
    open_for = count((offer.valid_until - about.day).days, "day")
    if offer.kind == "discount":
        form = "offer by {} to settle for **{}**, open for {}"
        return say(form, how, sums(offer.pay), open_for)
    due = offer.parts[0][0]
    first = sums(amount for on, amount in offer.parts if on == due)
    form = "offer **{} instalments** by {}, the first of {} after {}"
    after = count((due - about.day).days, "day")
    number = len({on for on, _ in offer.parts})
    return say(form, number, how, first, after)
