"""The first screen of a proposal's page: enough to decide by."""

from collections.abc import Sequence
from dataclasses import dataclass

from goodterms.decision import (
    VOID_DAYS,
    AmountAsked,
    JournalEntry,
    expires_on,
    facts,
    proposal_state,
)
from goodterms.model.plan import Action
from goodterms.model.policy import ConditionError
from goodterms.views.file_links import FileLinks
from goodterms.views.markdown import (
    Markdown,
    code,
    count,
    joined,
    money,
    say,
    title,
    weekday,
    words,
)
from goodterms.views.page_layout import paragraphs, table
from goodterms.views.proposal_page.cautions import warnings
from goodterms.views.proposal_page.context import ProposalContext
from goodterms.views.proposal_page.effects import (
    addressee,
    again_from,
    channel_name,
    closing_effect,
    effect,
    effective_when,
    outcome,
    sums,
)
from goodterms.views.proposal_page.records_section import contact_summary, latest_quote

_NAME, _TITLE, _QUOTED = 80, 200, 200


def page_title(context: ProposalContext) -> str:
    """Title a page: who, what, how much, how old."""
    named = " + ".join(money(amount) for amount in context.sums)
    sum_ = f", {named}" if named else ""
    text = f": {context.step_name}{sum_}, {count(context.days, 'day')} overdue"
    return title(title(context.account.profile.name, _NAME) + text, _TITLE)


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """What yes and no, and changing the choice, are called where people decide.

    ``edited`` says what a changed choice does; the names of the others go into it.
    """

    yes: str
    no: str
    change: str
    edited: str


#: On a forge a proposal is a pull request.
PULL_REQUEST = DecisionWords(
    "merge",
    "close",
    "change `choose:`",
    "merging does {} instead; who edits it cannot approve alone",
)
COMMANDS = DecisionWords(
    "approve", "decline", "`--choose`", "approving does {} instead"
)


def summary_section(
    context: ProposalContext,
    actions: Sequence[Action],
    history: FileLinks,
    answers: DecisionWords | None = PULL_REQUEST,
    *,
    ask: bool = True,
) -> Markdown:
    """Say who, how much, how old, what is proposed, and what each answer does.

    No *answers*: it is decided. *ask* names those who may approve.
    """
    rows = _answers(context, actions, history, answers) if answers else []
    return paragraphs(
        _owes(context, history),
        warnings(context, history),
        _proposed(context, actions),
        table(("If you", "then"), rows) if rows else Markdown(),
        approvers(context) if ask else Markdown(),
        _in_words(context) if ask else Markdown(),
        _unsent(context, actions),
        _background(context),
        _record_links(context, history),
    )


def _owes(context: ProposalContext, history: FileLinks) -> Markdown:
    name = words(context.account.profile.name, _NAME)
    who = history.file(f"{context.folder}/account.yaml", name)
    invoices = count(len(context.owed), "invoice")
    late = count(context.days, "day")
    form = "**{}** owes **{}** on {}, **{} overdue**{}."
    if len(context.owed) > 1:
        form = "**{}** owes **{}** on {}, the oldest **{} overdue**{}."
    sum_ = sums(context.sums) or "nothing"
    return say(form, who, sum_, invoices, late, _composition(context))


def _composition(context: ProposalContext) -> Markdown:
    """Say what the figure is made of, where it is not just what is open."""
    changed = [
        amount_asked
        for amount_asked in context.amounts_asked
        if amount_asked.net != amount_asked.open
    ]
    return (
        say(" ({})", joined(list(map(_parts_of, changed)), "; "))
        if changed
        else Markdown()
    )


def _parts_of(amount_asked: AmountAsked) -> Markdown:
    parts = [say("{} open", amount_asked.open)]
    parts += (
        [say("{} in their favour", amount_asked.credit)]
        if amount_asked.credit.amount
        else []
    )
    parts += [say("{} received", amount_asked.cash)] if amount_asked.cash.amount else []
    less = joined(parts, ", less ")
    if not amount_asked.charges.amount:
        return less
    return say("{}, plus {} of interest and compensation", less, amount_asked.charges)


def _proposed(context: ProposalContext, actions: Sequence[Action]) -> Markdown:
    if context.unreadable:
        form = "**Proposed: {}.** What that means cannot be told now: {}."
        return say(form, context.step_name, context.unreadable)
    if context.step is None:
        form = "**Proposed: {}.** {} has no such step any more: nobody can approve it."
        ref = str(context.entry.doc.policy or "its policy")
        return say(form, context.step_name, ref)
    if context.step.choose:
        form = "**{}**, one of {} options at {}{}."
        number, why = len(context.step.choose), _recommended(context)
        return say(form, _choice(context), number, context.step_name, why)
    message = next((a for a in actions if a.channel), None)
    if message is None:
        return say("**Proposed: {}.**", context.step_name)
    form = "**Proposed: {}**, by {} to {}."
    return say(
        form, context.step_name, channel_name(message.channel), addressee(message)
    )


def _choice(context: ProposalContext) -> Markdown:
    """Name what was proposed, or what somebody chose in its place."""
    if context.chosen == context.proposed:
        return say("Proposed: {}", context.chosen)
    return say("Chosen: {}, in place of {}", context.chosen, context.proposed)


def _recommended(context: ProposalContext) -> Markdown:
    """Say what the policy recommends, and by which rule."""
    items = [i for i in context.state.open_invoices if i.id in context.ids]
    if not items or context.step is None:
        return Markdown()
    item_facts = facts(context.state, items[0])
    for rule in context.step.recommend:
        try:
            holds = rule.when is None or rule.when.holds(item_facts)
        except ConditionError:
            return Markdown()
        if holds:
            why = say(" ({})", rule.when.source) if rule.when else Markdown()
            if rule.choose == context.chosen:
                return say(", as the policy advises{}", why)
            return say("; the policy advises **{}**{}", rule.choose, why)
    return Markdown()


def _answers(
    context: ProposalContext,
    actions: Sequence[Action],
    history: FileLinks,
    answers: DecisionWords,
) -> list[tuple[Markdown, Markdown]]:
    step = context.step
    remedy = step.remedy(context.chosen) if step else None
    done = say("{}{}", effect(context, remedy, actions), effective_when(actions))
    if context.no_rate:
        form = "**nothing yet**: it waits for that rate, {} days at most"
        done = say(form, VOID_DAYS)
    if context.edit.flaw:
        done = say("**nothing**, for it would not count: {}", context.edit.flaw)
    rows = [(say("**{}**", answers.yes), done)]
    if step and step.choose:
        edit = history.edit(context.path, Markdown(answers.change))
        rows.append((edit, say(answers.edited, _others(context))))
    last_day = weekday(expires_on(context.state, context.entry))
    return [
        *rows,
        (say("**{}**", answers.no), closing_effect(context)),
        (
            say("do **nothing**"),
            say("it closes by itself after **{}**, with nothing sent", last_day),
        ),
    ]


def _others(context: ProposalContext) -> Markdown:
    options = context.step.choose if context.step else ()
    others = [say("{}", o.name) for o in options if o.name != context.chosen]
    return joined(others, ", ", " or ")


def approvers(context: ProposalContext) -> Markdown:
    """Name who may approve, and how many it takes."""
    if context.unreadable:
        return say("**Nobody can decide this now**: mend the policy first.")
    approval = context.step.approval if context.step else None
    if approval is None:
        return say("**Nobody can approve this**; close it.")
    team = context.state.rules.settings.teams.get(approval.by, ())
    if len(team) < approval.count:
        form = "**Nobody can approve this**: {} has {} of the {} members it takes."
        return say(form, approval.by, len(team), approval.count)
    named = [say("{}", context.person(key)) for key in team]
    if approval.count == 1:
        return say("**May approve:** {}.", joined(named, ", ", " or "))
    form = "**Needs {} of:** {}; each by an approving review or by merging."
    return say(form, approval.count, joined(named))


def _in_words(context: ProposalContext) -> Markdown:
    """Say how to decide in a comment, for who has a phone at hand."""
    if context.unreadable or context.step is None or context.step.approval is None:
        return Markdown()
    choose = say("`/choose OPTION`, ") if context.step.choose else Markdown()
    form = "**Or comment:** {}`/decline because …`, `/later 14d because …`, `/why`."
    return say(form, choose)


def _unsent(context: ProposalContext, actions: Sequence[Action]) -> Markdown:
    """Warn of a channel that reaches nobody."""
    idle = unreached(context, actions)
    return say("**Mind:** {}; merged so, nothing leaves.", idle) if idle else Markdown()


def unreached(context: ProposalContext, actions: Sequence[Action]) -> Markdown:
    """Say which channels of some actions reach nobody: a file on a runner."""
    settings = context.state.rules.settings
    used_channels = sorted({a.channel for a in actions if a.channel})
    idle = [c for c in used_channels if settings.channels.get(c, "outbox") == "outbox"]
    if settings.forge == "local" or not idle:
        return Markdown()
    named = joined([code(channel) for channel in idle])
    return say("`channels` in goodterms.yaml sends {} to the outbox, to nobody", named)


def _background(context: ProposalContext) -> Markdown:
    """Say in short what has been, what they are worth and what is noted."""
    quote, so_far = (
        latest_quote(context),
        say("**So far:** {}", contact_summary(context)),
    )
    lines = [so_far, quote, _asked_before(context)]
    notes = context.account.profile.notes
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


def _record_links(context: ProposalContext, history: FileLinks) -> Markdown:
    """Lead to the forms for what this page does not know yet."""
    account = context.account.id
    links = [history.form(kind, account, label) for kind, label in _NEWS.items()]
    shown = [link for link in links if link]
    return say("**Record** {}.", joined(shown, ", ", " or ")) if shown else Markdown()


def _asked_before(context: ProposalContext) -> Markdown:
    """Say what became of the last proposal of this step for these invoices."""
    before = [e for e in context.state.history.entries if _is_earlier(context, e)]
    if not before:
        return Markdown()
    last = before[-1]
    by_whom = joined([say("{}", context.person(key)) for key in last.doc.by or ()])
    who = say(" by {}", by_whom) if by_whom else Markdown()
    state = proposal_state(context.state, last) or ""
    on = expires_on(context.state, last) if state == "expired" else last.since
    reason = last.doc.reason
    why = say(": “{}”", words(reason, _QUOTED)) if reason else Markdown(".")
    if state == "expired":
        return say("**Asked before:** nobody decided by {}{}", on, why)
    then = again_from(last)
    done = outcome(last, state)
    return say("**Asked before:** {} on {}{}{}{}", done, on, who, then, why)


def _is_earlier(context: ProposalContext, entry: JournalEntry) -> bool:
    doc = entry.doc
    same = doc.kind == "propose" and doc.step == context.entry.doc.step
    shares = any(row.id in context.ids for row in entry.rows)
    return same and shares and entry.id != context.entry.id
