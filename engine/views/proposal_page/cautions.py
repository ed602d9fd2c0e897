"""What somebody must not overlook before they decide: on the first screen."""

from collections.abc import Iterator

from goodterms.decision import (
    is_carried_out,
    never_written,
    proposals_in,
    resolutions,
    unanswered_replies,
)
from goodterms.model.money import Money, by_currency
from goodterms.model.records import Dispute
from goodterms.views.file_links import FileLinks
from goodterms.views.mail_body import gist
from goodterms.views.markdown import Markdown, code, joined, say, words
from goodterms.views.proposal_page.context import ProposalContext
from goodterms.views.proposal_page.effects import stated_amounts, sums

#: So many invoices are named in a warning, and so much of somebody's words quoted.
_NAMED, _QUOTED = 5, 140


def warnings(context: ProposalContext, history: FileLinks) -> Markdown:
    """Warn of what would change the answer, a line each."""
    cautions = (
        *_disputed(context, history),
        *_unanswered(context, history),
        *_other_proposals(context, history),
        *_unmatched(context, history),
        *_never_written(context),
        *_unclaimed(context),
    )
    return joined([say("**Mind:** {}", caution) for caution in cautions], "<br>\n")


def _disputed(context: ProposalContext, history: FileLinks) -> Iterator[Markdown]:
    """Name what they contest beside this, and whose answer it waits for."""
    state = context.state
    resolved = resolutions(state.records)
    for record in state.records:
        if not isinstance(record, Dispute) or record.id in resolved:
            continue
        open_ = _open(context, state.balances.invoices_of(record) - context.ids)
        if not open_:
            continue
        verb = "is" if len(open_) == 1 else "are"
        path = f"{context.folder}/records/{record.id}.yaml"
        link = history.file(path, say("disputed since {}", record.on))
        quotation = (
            say(": “{}”", words(gist(record.said), _QUOTED)) if record.said else ""
        )
        late = record.review_by < context.day
        due = "our answer is due by {}"
        if late:
            due = "**we owe them an answer since {}**"
        yield say(
            "{} ({}) {} {}{}; {}.",
            _named(list(open_)),
            sums(by_currency(open_.values())),
            verb,
            link,
            quotation or Markdown(),
            say(due, record.review_by),
        )


def _open(context: ProposalContext, ids: frozenset[str]) -> dict[str, Money]:
    entries = context.state.balances
    amounts = ((id_, entries.open[id_]) for id_ in sorted(ids) if id_ in entries.open)
    return {id_: open_ for id_, open_ in amounts if open_.amount > 0}


def _unanswered(context: ProposalContext, history: FileLinks) -> Iterator[Markdown]:
    waiting = unanswered_replies(context.state.records)
    if not waiting:
        return
    path = f"{context.folder}/records/{waiting[0].id}.yaml"
    link = history.file(path, say("replied on {}", waiting[0].on))
    more = say(", {} times since then", len(waiting)) if waiting[1:] else Markdown()
    yield say("they {}{}, and **wait for our answer**.", link, more)


def _other_proposals(
    context: ProposalContext, history: FileLinks
) -> Iterator[Markdown]:
    """Name the other proposals about the customer that have not had their effect."""
    state = context.state
    for entry in proposals_in(state, "proposed", "approved"):
        done = entry.doc.state == "approved" and is_carried_out(state, entry)
        if entry.id == context.entry.id or done:
            continue
        stated_sum = sums(stated_amounts(entry))
        sum_ = say(", {}", stated_sum) if stated_sum else Markdown()
        label = say("{} of {}{}", entry.doc.step or entry.id, entry.on, sum_)
        link = history.proposal(f"{context.account.id}/{entry.id}", label)
        open_ = entry.doc.state == "proposed"
        form = "also proposed: {}." if open_ else "also approved, not done yet: {}."
        yield say(form, link)


def _unmatched(context: ProposalContext, history: FileLinks) -> Iterator[Markdown]:
    """Name what is here already, and stands on no invoice."""
    entries = context.state.balances
    link = history.form("allocation", context.account.id, "Do that first")
    then = link or Markdown("Do that first")
    form = "{} has come in and is matched to no invoice yet. {}."
    yield from (
        say(form, entries.cash[currency], then) for currency in sorted(entries.cash)
    )
    form = "a credit note of {} is put on no invoice yet. {}."
    credited = entries.unapplied_credits
    yield from (say(form, credited[currency], then) for currency in sorted(credited))
    form = "{} is in their favour: a credit note, or paid twice."
    yield from (
        say(form, entries.credit_balances[currency])
        for currency in sorted(entries.credit_balances)
    )


def _never_written(context: ProposalContext) -> Iterator[Markdown]:
    """Name the invoices of which this would be the first that they hear."""
    never_named = [
        id_ for id_ in sorted(context.ids) if never_written(context.state, id_)
    ]
    if never_named:
        yield say("nobody has ever written to them about {}.", _named(never_named))


def _unclaimed(context: ProposalContext) -> Iterator[Markdown]:
    """Say that the letter is to claim interest, and no rate is known."""
    if context.no_rate:
        form = "late interest cannot be claimed, so nothing goes out: {}."
        yield say(form, context.no_rate)


def _named(ids: list[str]) -> Markdown:
    more = len(ids) - _NAMED
    rest = say(" and {} more", more) if more > 0 else Markdown()
    return say("{}{}", joined([code(id_) for id_ in ids[:_NAMED]]), rest)
