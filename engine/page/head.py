"""The first screen of a proposal's page: enough to decide by."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.action import Action
from engine.decision.asked import Asked
from engine.decision.facts import facts
from engine.decision.history import Entry
from engine.decision.proposals import VOID_DAYS, expires_on, state_of
from engine.page.deeds import (
    addressee,
    again_from,
    by,
    effect,
    on_close,
    on_time,
    outcome,
    sums,
)
from engine.page.layout import paragraphs, table
from engine.page.links import Shelf
from engine.page.matter import Matter
from engine.page.mind import warnings
from engine.page.safe import (
    Md,
    code,
    count,
    joined,
    money,
    say,
    title,
    weekday,
    words,
)
from engine.page.said import in_short, last_words
from engine.terms import ConditionError

_NAME, _TITLE, _QUOTED = 80, 200, 200


def page_title(about: Matter) -> str:
    """Title a page: who, what, how much, how old."""
    named = " + ".join(money(each) for each in about.sums)
    sum_ = f", {named}" if named else ""
    text = f": {about.step_name}{sum_}, {count(about.days, 'day')} overdue"
    return title(title(about.account.profile.name, _NAME) + text, _TITLE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What yes and no, and changing the choice, are called where people decide.

    ``edited`` says what a changed choice does; the names of the others go into it.
    """

    yes: str
    no: str
    change: str
    edited: str


#: On a forge a proposal is a pull request.
PULL_REQUEST = Answers(
    "merge",
    "close",
    "change `choose:`",
    "merging does {} instead; who edits it cannot approve alone",
)
COMMANDS = Answers("approve", "decline", "`--choose`", "approving does {} instead")


def head(
    about: Matter,
    actions: Sequence[Action],
    shelf: Shelf,
    answers: Answers | None = PULL_REQUEST,
    *,
    ask: bool = True,
) -> Md:
    """Say who, how much, how old, what is proposed, and what each answer does.

    No *answers*: it is decided. *ask* names those who may approve.
    """
    rows = _answers(about, actions, shelf, answers) if answers else []
    return paragraphs(
        _owes(about, shelf),
        warnings(about, shelf),
        _proposed(about, actions),
        table(("If you", "then"), rows) if rows else Md(),
        approvers(about) if ask else Md(),
        _in_words(about) if ask else Md(),
        _unsent(about, actions),
        _background(about),
        _news(about, shelf),
    )


def _owes(about: Matter, shelf: Shelf) -> Md:
    name = words(about.account.profile.name, _NAME)
    who = shelf.file(f"{about.folder}/account.yaml", name)
    invoices = count(len(about.owed), "invoice")
    late = count(about.days, "day")
    form = "**{}** owes **{}** on {}, **{} overdue**{}."
    if len(about.owed) > 1:
        form = "**{}** owes **{}** on {}, the oldest **{} overdue**{}."
    sum_ = sums(about.sums) or "nothing"
    return say(form, who, sum_, invoices, late, _made_up(about))


def _made_up(about: Matter) -> Md:
    """Say what the figure is made of, where it is not just what is open."""
    made = [each for each in about.asked if each.net != each.open]
    return say(" ({})", joined(list(map(_parts_of, made)), "; ")) if made else Md()


def _parts_of(asked: Asked) -> Md:
    parts = [say("{} open", asked.open)]
    parts += [say("{} in their favour", asked.credit)] if asked.credit.amount else []
    parts += [say("{} received", asked.cash)] if asked.cash.amount else []
    less = joined(parts, ", less ")
    if not asked.charges.amount:
        return less
    return say("{}, plus {} of interest and compensation", less, asked.charges)


def _proposed(about: Matter, actions: Sequence[Action]) -> Md:
    if about.unreadable:
        form = "**Proposed: {}.** What that means cannot be told now: {}."
        return say(form, about.step_name, about.unreadable)
    if about.step is None:
        form = "**Proposed: {}.** {} has no such step any more: nobody can approve it."
        ref = str(about.entry.doc.policy or "its policy")
        return say(form, about.step_name, ref)
    if about.step.choose:
        form = "**{}**, one of {} options at {}{}."
        number, why = len(about.step.choose), _recommended(about)
        return say(form, _choice(about), number, about.step_name, why)
    told = next((a for a in actions if a.channel), None)
    if told is None:
        return say("**Proposed: {}.**", about.step_name)
    form = "**Proposed: {}**, by {} to {}."
    return say(form, about.step_name, by(told.channel), addressee(told))


def _choice(about: Matter) -> Md:
    """Name what was proposed, or what somebody chose in its place."""
    if about.chosen == about.proposed:
        return say("Proposed: {}", about.chosen)
    return say("Chosen: {}, in place of {}", about.chosen, about.proposed)


def _recommended(about: Matter) -> Md:
    """Say what the policy recommends, and by which rule."""
    items = [i for i in about.here.items if i.id in about.ids]
    if not items or about.step is None:
        return Md()
    known = facts(about.here, items[0])
    for each in about.step.recommend:
        try:
            holds = each.when is None or each.when.holds(known)
        except ConditionError:
            return Md()
        if holds:
            why = say(" ({})", each.when.source) if each.when else Md()
            if each.choose == about.chosen:
                return say(", as the policy advises{}", why)
            return say("; the policy advises **{}**{}", each.choose, why)
    return Md()


def _answers(
    about: Matter, actions: Sequence[Action], shelf: Shelf, answers: Answers
) -> list[tuple[Md, Md]]:
    step = about.step
    remedy = step.remedy(about.chosen) if step else None
    done = say("{}{}", effect(about, remedy, actions), on_time(actions))
    if about.no_rate:
        form = "**nothing yet**: it waits for that rate, {} days at most"
        done = say(form, VOID_DAYS)
    if about.edit.flaw:
        done = say("**nothing**, for it would not count: {}", about.edit.flaw)
    rows = [(say("**{}**", answers.yes), done)]
    if step and step.choose:
        edit = shelf.edit(about.path, Md(answers.change))
        rows.append((edit, say(answers.edited, _others(about))))
    last_day = weekday(expires_on(about.here, about.entry))
    return [
        *rows,
        (say("**{}**", answers.no), on_close(about)),
        (
            say("do **nothing**"),
            say("it closes by itself after **{}**, with nothing sent", last_day),
        ),
    ]


def _others(about: Matter) -> Md:
    options = about.step.choose if about.step else ()
    others = [say("{}", o.name) for o in options if o.name != about.chosen]
    return joined(others, ", ", " or ")


def approvers(about: Matter) -> Md:
    """Name who may approve, and how many it takes."""
    if about.unreadable:
        return say("**Nobody can decide this now**: mend the policy first.")
    approval = about.step.approval if about.step else None
    if approval is None:
        return say("**Nobody can approve this**; close it.")
    team = about.here.rules.settings.teams.get(approval.by, ())
    if len(team) < approval.count:
        form = "**Nobody can approve this**: {} has {} of the {} members it takes."
        return say(form, approval.by, len(team), approval.count)
    named = [say("{}", about.person(key)) for key in team]
    if approval.count == 1:
        return say("**May approve:** {}.", joined(named, ", ", " or "))
    form = "**Needs {} of:** {}; each by an approving review or by merging."
    return say(form, approval.count, joined(named))


def _in_words(about: Matter) -> Md:
    """Say how to decide in a comment, for who has a phone at hand."""
    if about.unreadable or about.step is None or about.step.approval is None:
        return Md()
    choose = say("`/choose OPTION`, ") if about.step.choose else Md()
    form = "**Or comment:** {}`/decline because …`, `/later 14d because …`, `/why`."
    return say(form, choose)


def _unsent(about: Matter, actions: Sequence[Action]) -> Md:
    """Warn of a channel that reaches nobody."""
    idle = unreached(about, actions)
    return say("**Mind:** {}; merged so, nothing leaves.", idle) if idle else Md()


def unreached(about: Matter, actions: Sequence[Action]) -> Md:
    """Say which channels of some actions reach nobody: a file on a runner."""
    settings = about.here.rules.settings
    found = sorted({a.channel for a in actions if a.channel})
    idle = [c for c in found if settings.channels.get(c, "outbox") == "outbox"]
    if settings.forge == "local" or not idle:
        return Md()
    named = joined([code(channel) for channel in idle])
    return say("`channels` in goodterms.yaml sends {} to the outbox, to nobody", named)


def _background(about: Matter) -> Md:
    """Say in short what has been, what they are worth and what is noted."""
    heard, so_far = last_words(about), say("**So far:** {}", in_short(about))
    lines = [so_far, heard, _asked_before(about)]
    notes = about.account.profile.notes
    if notes:
        lines.append(say("**Noted:** {}", words(notes, 200)))
    return joined([line for line in lines if line], "<br>\n")


#: What is most often learnt while somebody decides: the kind of record, in words.
_NEWS = {
    "payment": "a payment",
    "promise": "a promise",
    "reply": "a reply",
    "call": "a call",
    "dispute": "a dispute",
    "extension": "more time",
}


def _news(about: Matter, shelf: Shelf) -> Md:
    """Lead to the forms for what this page does not know yet."""
    account = about.account.id
    found = [shelf.form(kind, account, label) for kind, label in _NEWS.items()]
    known = [link for link in found if link]
    return say("**Record** {}.", joined(known, ", ", " or ")) if known else Md()


def _asked_before(about: Matter) -> Md:
    """Say what became of the last proposal of this step for these invoices."""
    before = [e for e in about.here.history.entries if _is_earlier(about, e)]
    if not before:
        return Md()
    last = before[-1]
    by_whom = joined([say("{}", about.person(key)) for key in last.doc.by or ()])
    who = say(" by {}", by_whom) if by_whom else Md()
    state = state_of(about.here, last) or ""
    on = expires_on(about.here, last) if state == "expired" else last.since
    reason = last.doc.reason
    why = say(": “{}”", words(reason, _QUOTED)) if reason else Md(".")
    if state == "expired":
        return say("**Asked before:** nobody decided by {}{}", on, why)
    then = again_from(last)
    done = outcome(last, state)
    return say("**Asked before:** {} on {}{}{}{}", done, on, who, then, why)


def _is_earlier(about: Matter, entry: Entry) -> bool:
    doc = entry.doc
    same = doc.kind == "propose" and doc.step == about.entry.doc.step
    shares = any(row.id in about.ids for row in entry.rows)
    return same and shares and entry.id != about.entry.id
