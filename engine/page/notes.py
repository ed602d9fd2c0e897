"""What is said below a proposal: why it was closed, refused, or what was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.days import plus
from engine.decision.history import Entry
from engine.decision.proposals import (
    VOID_DAYS,
    declined_until,
    expires_on,
    state_of,
)
from engine.decision.rules import Rules
from engine.decision.standing import stands
from engine.model import Account
from engine.page.deeds import by, outcome
from engine.page.head import approvers, unreached
from engine.page.layout import bullets, numbered, paragraphs
from engine.page.links import Links, Shelf, shelf
from engine.page.marker import Marker, digest
from engine.page.matter import Matter, matter, would_do
from engine.page.safe import Md, code, joined, say, short_day, weekday, words
from engine.settings import Person

#: Why a proposal can be closed, and what that is called.
REASONS = {
    "paid": Md("Closed: paid"),
    "disputed": Md("Closed: disputed"),
    "expired": Md("Closed: expired"),
    "declined": Md("Declined"),
    "put off": Md("Put off"),
    "void": Md("Approved, and not carried out"),
    "overtaken": Md("Closed: overtaken"),
}


#: Where a decision that was refused waits: on its page, on a new one, nowhere.
Asked: TypeAlias = Literal["here", "anew", "never"]


@dataclass(frozen=True, slots=True)
class Note:
    """A comment. The body ends with ``marker``, which tells it apart from others."""

    body: str
    marker: Marker


def close_reason(account: Account, rules: Rules, entry: Entry) -> str:
    """Say why a proposal is closed on the rules' day: a key of ``REASONS``.

    ``overtaken`` is whatever else has come between.
    """
    about = matter(account, rules, entry, rules.as_of)
    if entry.doc.state == "declined":
        return outcome(entry, "declined")
    if state_of(about.here, entry) == "expired":
        return "expired"
    if any(owed.open.amount <= 0 for owed in about.owed):
        return "paid"
    known = [s for s in stands(about.here) if s.id in about.ids]
    stops = {s.stop.standing for s in known if s.stop}
    if "dispute" in stops:
        return "disputed"
    return "void" if entry.doc.by else "overtaken"


def closed_comment(
    account: Account, rules: Rules, entry: Entry, why: Iterable[str] = ()
) -> Note:
    """Say why a proposal was closed, that nothing was sent, and what comes next.

    *why* are the plan's reasons.
    """
    about = matter(account, rules, entry, rules.as_of)
    reason = close_reason(account, rules, entry)
    told = joined([say("{}", each) for each in _sentence(why)], "; ")
    said = entry.doc.reason
    because = say(": “{}”", words(said)) if said else Md("." if told else "")
    head = say("**{}.** {}{}", REASONS[reason], told, because)
    return _note("closed", about, head, _after(about, reason))


#: Stands in a reason that begins with who wrote a command.
_BY_LOGIN = " wrote /"


def _sentence(why: Iterable[str]) -> list[str]:
    """Begin the first reason with a capital, unless it begins with an id or a login."""
    reasons = list(why)
    first = reasons[0] if reasons else ""
    if first.partition(" ")[0].isalpha() and _BY_LOGIN not in first:
        reasons[0] = first[0].upper() + first[1:]
    return reasons


def _after(about: Matter, reason: str) -> Md:
    """Say what it means for the customer."""
    if reason == "paid":
        return say("Nothing was sent. There is nothing to do.")
    quiet = declined_until(about.here, about.entry)
    if quiet:
        form = "Nothing was sent. {} is not proposed again before {}."
        if reason == "put off":
            form = "Nothing was sent. {} is asked again, if it is still due, from {}."
        return say(form, about.step_name, weekday(plus(quiet, 1)))
    form = "Nothing was sent. If {} falls due again, there will be a new proposal."
    return say(form, about.step_name)


def refused_comment(
    account: Account,
    rules: Rules,
    entry: Entry,
    why: Sequence[str],
    how: Sequence[str] = (),
    *,
    asked: Asked = "here",
) -> Note:
    """Say that a decision does not count, why, and how to do it right, in order.

    *how* are the first steps, which the forge knows, such as undoing a merge;
    *asked* says where the decision waits then.
    """
    about = matter(account, rules, entry, rules.as_of)
    steps = [say("{}", each) for each in how]
    if asked == "anew":
        steps.append(say("The next run asks again, in a new pull request."))
    if asked != "never":
        steps += [say("{} {}", approvers(about), _hands_off(about))]
    if asked == "here":
        last = weekday(expires_on(about.here, entry))
        steps.append(say("Merge by {}, or close it to decline.", last))
    return _note(
        "refused",
        about,
        say("**This decision does not count. Nothing was sent.**"),
        bullets([say("{}", each) for each in why]),
        say("To do it right:") if steps else Md(),
        numbered(steps),
    )


def _hands_off(about: Matter) -> Md:
    if about.step and about.step.choose:
        return say("Change nothing in the file but the line `choose:`.")
    return say("Change nothing in the file.")


def done_comment(
    account: Account, rules: Rules, entry: Entry, links: Links | None = None
) -> Note:
    """Say what was done after an approval, as the journal has it on the rules' day."""
    about = matter(account, rules, entry, rules.as_of)
    files = shelf(links, entry.doc.commit)
    done = [e for e in about.here.history.entries if e.doc.decision == entry.id]
    who = joined([say("{}", about.person(key)) for key in entry.doc.by or ()])
    head = say("**Approved**{}.", say(" by {}", who) if who else Md())
    told = [_done(about, each, files) for each in done] or [_resting(about)]
    return _note("done", about, head, bullets(told))


def _resting(about: Matter) -> Md:
    """Say what an approval waits for that nothing has been done for."""
    remedy = about.step.remedy(about.chosen) if about.step else None
    if remedy and remedy.pause is not None:
        until = weekday(plus(about.entry.since, remedy.pause))
        return say("{}: nothing is said until {}", about.chosen, until)
    actions, _ = would_do(about)
    idle = unreached(about, actions)
    last = weekday(plus(about.entry.since, VOID_DAYS))
    if idle:
        form = "**nothing was done so far**: {}. Mend that by {}; it lapses then"
        return say(form, idle, last)
    form = "nothing was done so far; a run on a business day does it, by {}"
    return say(form, last)


_DEEDS = {
    "place": "placed with {}",
    "hold": "credit hold set",
    "write-off": "written off",
}
_STATES = {
    "claimed": "on its way; nobody has said yet that it left",
    "failed": "**could not be sent**, and is tried again",
    "in-doubt": "**in doubt**: settle it with",
}


def _done(about: Matter, entry: Entry, files: Shelf) -> Md:
    doc = entry.doc
    told = say("{} sent by {}", doc.step or "message", by(doc.channel))
    if doc.kind in _DEEDS:
        partner = about.here.rules.settings.partners.get(doc.partner or "")
        told = say(_DEEDS[doc.kind], partner.name if partner else doc.partner or "")
    if doc.channel:
        path = f"{about.folder}/messages/{entry.id}.md"
        told = files.file(path, told)
    told = say("{}, on {}", told, entry.on)
    if doc.state == "in-doubt":
        name = f"{about.account.id}/{entry.id}"
        return say("{}: {} {}", told, Md(_STATES["in-doubt"]), code(_resolve(name)))
    return say("{}: {}", told, Md(_STATES[doc.state])) if doc.state in _STATES else told


def _resolve(name: str) -> str:
    return f"goodterms resolve {name}"


def reminder_comment(
    account: Account, rules: Rules, entry: Entry, reviewers: Sequence[str]
) -> Note:
    """Ask the reviewers, keys of ``people``, again; this one does ping them."""
    about = matter(account, rules, entry, entry.since)
    people = rules.settings.people
    named = [_called(people.get(key), key) for key in reviewers]
    last = weekday(expires_on(about.here, entry))
    form = "{}: this waits for you since {}. It closes by itself after **{}**."
    told = say(form, joined(named), short_day(entry.since), last)
    return _note("reminder", about, told, approvers(about))


def _called(person: Person | None, key: str) -> Md:
    """Call somebody by the name that the forge knows, if it is one."""
    login = person.github if person else None
    if login and login.replace("-", "").isalnum() and login.isascii():
        return Md(f"@{login}")
    return say("{}", person.name if person else key)


def _note(topic: str, about: Matter, *blocks: Md) -> Note:
    body = paragraphs(*blocks)
    facts = about.entry.doc.facts or ""
    marker = Marker(topic, about.account.id, about.entry.id, facts, digest(body))
    return Note(f"{body}\n\n{marker}\n", marker)
