"""What is said below a proposal: why it was closed, refused, or what was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from goodterms.decision import (
    VOID_DAYS,
    EffectivePolicies,
    JournalEntry,
    declined_until,
    expires_on,
    invoice_standings,
    proposal_state,
)
from goodterms.model.calendar import plus
from goodterms.model.ledger import Account
from goodterms.model.settings import Person, Settings
from goodterms.views.file_links import FileLinks, ForgeLinks, file_links
from goodterms.views.markdown import (
    Markdown,
    code,
    joined,
    literal,
    quoted,
    say,
    short_day,
    visible,
    weekday,
    words,
)
from goodterms.views.page_layout import LONGEST_BODY, bullets, numbered, paragraphs
from goodterms.views.page_marker import PageMarker, digest
from goodterms.views.proposal_page.context import (
    ProposalContext,
    proposal_context,
    would_do,
)
from goodterms.views.proposal_page.effects import channel_name, outcome
from goodterms.views.proposal_page.summary_section import approvers, unreached

#: Why a proposal can be closed, and what that is called.
REASONS = {
    "paid": Markdown("Closed: paid"),
    "disputed": Markdown("Closed: disputed"),
    "expired": Markdown("Closed: expired"),
    "declined": Markdown("Declined"),
    "put off": Markdown("Put off"),
    "void": Markdown("Approved, and not carried out"),
    "overtaken": Markdown("Closed: overtaken"),
}


#: Where a decision that was refused waits: on its page, on a new one, nowhere.
AsksAgain: TypeAlias = Literal["here", "anew", "never"]


@dataclass(frozen=True, slots=True)
class ProposalComment:
    """A comment. The body ends with ``marker``, which tells it apart from others."""

    body: str
    marker: PageMarker


def close_reason(
    account: Account, rules: EffectivePolicies, entry: JournalEntry
) -> str:
    """Say why a proposal is closed on the rules' day: a key of ``REASONS``.

    ``overtaken`` is whatever else has come between.
    """
    context = proposal_context(account, rules, entry, rules.as_of)
    if entry.doc.state == "declined":
        return outcome(entry, "declined")
    if proposal_state(context.state, entry) == "expired":
        return "expired"
    if any(owed.open.amount <= 0 for owed in context.owed):
        return "paid"
    standings = [s for s in invoice_standings(context.state) if s.id in context.ids]
    stops = {s.block.standing for s in standings if s.block}
    if "dispute" in stops:
        return "disputed"
    return "void" if entry.doc.by else "overtaken"


def closed_comment(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    why: Iterable[str] = (),
) -> ProposalComment:
    """Say why a proposal was closed, that nothing was sent, and what comes next.

    *why* are the plan's reasons.
    """
    context = proposal_context(account, rules, entry, rules.as_of)
    reason = close_reason(account, rules, entry)
    reasons = joined([say("{}", reason_text) for reason_text in _sentence(why)], "; ")
    decline_reason = entry.doc.reason
    because = (
        say(": “{}”", words(decline_reason))
        if decline_reason
        else Markdown("." if reasons else "")
    )
    head = say("**{}.** {}{}", REASONS[reason], reasons, because)
    return _note("closed", context, head, _after(context, reason))


#: Stands in a reason that begins with who wrote a command.
_BY_LOGIN = " wrote /"


def _sentence(why: Iterable[str]) -> list[str]:
    """Begin the first reason with a capital, unless it begins with an id or a login."""
    reasons = list(why)
    first = reasons[0] if reasons else ""
    if first.partition(" ")[0].isalpha() and _BY_LOGIN not in first:
        reasons[0] = first[0].upper() + first[1:]
    return reasons


def _after(context: ProposalContext, reason: str) -> Markdown:
    """Say what it means for the customer."""
    if reason == "paid":
        return say("Nothing was sent. There is nothing to do.")
    quiet = declined_until(context.state, context.entry)
    if quiet:
        form = "Nothing was sent. {} is not proposed again before {}."
        if reason == "put off":
            form = "Nothing was sent. {} is asked again, if it is still due, from {}."
        return say(form, context.step_name, weekday(plus(quiet, 1)))
    form = "Nothing was sent. If {} falls due again, there will be a new proposal."
    return say(form, context.step_name)


def refused_comment(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    why: Sequence[str],
    how: Sequence[str] = (),
    *,
    asks_again: AsksAgain = "here",
) -> ProposalComment:
    """Say that a decision does not count, why, and how to do it right, in order.

    *how* are the first steps, which the forge knows, such as undoing a merge;
    *asks_again* says where the decision waits then.
    """
    context = proposal_context(account, rules, entry, rules.as_of)
    steps = [say("{}", text) for text in how]
    if asks_again == "anew":
        steps.append(say("The next run asks again, in a new pull request."))
    if asks_again != "never":
        steps += [say("{} {}", approvers(context), _hands_off(context))]
    if asks_again == "here":
        last = weekday(expires_on(context.state, entry))
        steps.append(say("Merge by {}, or close it to decline.", last))
    return _note(
        "refused",
        context,
        say("**This decision does not count. Nothing was sent.**"),
        bullets([say("{}", text) for text in why]),
        say("To do it right:") if steps else Markdown(),
        numbered(steps),
    )


def _hands_off(context: ProposalContext) -> Markdown:
    if context.step and context.step.choose:
        return say("Change nothing in the file but the line `choose:`.")
    return say("Change nothing in the file.")


def done_comment(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    links: ForgeLinks | None = None,
) -> ProposalComment:
    """Say what was done after an approval, as the journal has it on the rules' day."""
    context = proposal_context(account, rules, entry, rules.as_of)
    files = file_links(links, entry.doc.commit)
    done = [e for e in context.state.history.entries if e.doc.decision == entry.id]
    who = joined([say("{}", context.person(key)) for key in entry.doc.by or ()])
    head = say("**Approved**{}.", say(" by {}", who) if who else Markdown())
    lines = [_done(context, done_entry, files) for done_entry in done] or [
        _resting(context)
    ]
    return _note("done", context, head, bullets(lines))


def _resting(context: ProposalContext) -> Markdown:
    """Say what an approval waits for that nothing has been done for."""
    remedy = context.step.remedy(context.chosen) if context.step else None
    if remedy and remedy.pause is not None:
        until = weekday(plus(context.entry.since, remedy.pause))
        return say("{}: nothing is said until {}", context.chosen, until)
    actions, _ = would_do(context)
    idle = unreached(context, actions)
    last = weekday(plus(context.entry.since, VOID_DAYS))
    if idle:
        form = "**nothing was done so far**: {}. Mend that by {}; it lapses then"
        return say(form, idle, last)
    form = "nothing was done so far; a run on a business day does it, by {}"
    return say(form, last)


_DONE_FORMS = {
    "place": "placed with {}",
    "hold": "credit hold set",
    "write-off": "written off",
}
_STATES = {
    "claimed": "on its way; nobody has said yet that it left",
    "failed": "**could not be sent**, and is tried again",
    "in-doubt": "**in doubt**: settle it with",
}


def _done(context: ProposalContext, entry: JournalEntry, files: FileLinks) -> Markdown:
    doc = entry.doc
    line = say("{} sent by {}", doc.step or "message", channel_name(doc.channel))
    if doc.kind in _DONE_FORMS:
        partner = context.state.rules.settings.partners.get(doc.partner or "")
        line = say(
            _DONE_FORMS[doc.kind], partner.name if partner else doc.partner or ""
        )
    if doc.channel:
        path = f"{context.folder}/messages/{entry.id}.md"
        line = files.file(path, line)
    line = say("{}, on {}", line, entry.on)
    if doc.state == "in-doubt":
        name = f"{context.account.id}/{entry.id}"
        return say(
            "{}: {} {}", line, Markdown(_STATES["in-doubt"]), code(_resolve(name))
        )
    return (
        say("{}: {}", line, Markdown(_STATES[doc.state]))
        if doc.state in _STATES
        else line
    )


def _resolve(name: str) -> str:
    return f"goodterms resolve {name}"


def reminder_comment(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    reviewers: Sequence[str],
) -> ProposalComment:
    """Ask the reviewers, keys of ``people``, again; this one does ping them."""
    context = proposal_context(account, rules, entry, entry.since)
    people = rules.settings.people
    named = [_called(people.get(key), key) for key in reviewers]
    last = weekday(expires_on(context.state, entry))
    form = "{}: this waits for you since {}. It closes by itself after **{}**."
    request = say(form, joined(named), short_day(entry.since), last)
    return _note("reminder", context, request, approvers(context))


def _called(person: Person | None, key: str) -> Markdown:
    """Call somebody by the name that the forge knows, if it is one."""
    login = person.github if person else None
    if login and login.replace("-", "").isalnum() and login.isascii():
        return Markdown(f"@{login}")
    return say("{}", person.name if person else key)


def _note(topic: str, context: ProposalContext, *blocks: Markdown) -> ProposalComment:
    body = paragraphs(*blocks)
    facts = context.entry.doc.facts or ""
    marker = PageMarker(
        topic, context.account.id, context.entry.id, facts, digest(body)
    )
    return ProposalComment(f"{body}\n\n{marker}\n", marker)


#: So many lines of an explanation have room in a comment.
_LINES = 300
_BREAK = "<br>\n"


def disregarded_note(
    account: Account, entry: JournalEntry, topic: str, flaw: str
) -> ProposalComment:
    """Say that somebody's words count for nothing, and why."""
    return _answer(account, entry, topic, say("**Nothing was done:** {}.", flaw))


def chosen_note(
    account: Account, entry: JournalEntry, topic: str, option: str, who: str
) -> ProposalComment:
    """Say that merging does now what somebody asked for; *who* is their name."""
    form = (
        "**Chosen: {}**, as {} asked: merging does that now. {} cannot approve alone."
    )
    return _answer(account, entry, topic, say(form, option, who, who))


def overtaken_note(
    account: Account, entry: JournalEntry, topic: str, who: str
) -> ProposalComment:
    """Say that somebody has chosen again since."""
    note = say("**Nothing was done:** {} has chosen again since.", who)
    return _answer(account, entry, topic, note)


def explained_note(
    account: Account, entry: JournalEntry, topic: str, text: str, who: str
) -> ProposalComment:
    """Explain why this and not that, in the words of ``goodterms explain``."""
    question = say("{} asked why:", who)
    lines = visible(text).strip("\n").split("\n")
    shown = _fitting([_indented(line) for line in lines[:_LINES]])
    more = len(lines) - len(shown)
    note = (
        say("and {} more lines: `goodterms explain`", more) if more > 0 else Markdown()
    )
    explanation = _BREAK.join(shown)
    return _answer(
        account, entry, topic, question, Markdown(f"<p>\n{explanation}\n</p>"), note
    )


def called(settings: Settings, key: str) -> str:
    """Name one of us."""
    return settings.people[key].name if key in settings.people else key


def _fitting(lines: Sequence[str]) -> Sequence[str]:
    """Keep the lines for which a comment has room."""
    room = accumulate(len(line) + len(_BREAK) for line in lines)
    return [line for line, end in zip(lines, room, strict=True) if end <= LONGEST_BODY]


def _indented(line: str) -> str:
    """Keep how far a line is indented; it wraps on a phone."""
    bare = line.lstrip()
    blanks = "&#160;" * (len(line) - len(bare))
    return f"{blanks}{quoted(bare)}" if bare else literal("")


def _answer(
    account: Account, entry: JournalEntry, topic: str, *blocks: Markdown
) -> ProposalComment:
    marker = PageMarker("answer", account.id, entry.id, "", topic)
    return ProposalComment(f"{paragraphs(*blocks)}\n\n{marker}\n", marker)
