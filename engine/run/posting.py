"""Note that what lay in the outbox was posted, or never will be.

A person says so, and the engine appends it to the journal: the outbox is a folder of
one machine, and what was posted is to be known everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from goodterms.decision import JournalEntry
from goodterms.git import MAIN, BranchMove
from goodterms.model.journal import OUTBOX, JournalDocument
from goodterms.model.refusal import RefusalError
from goodterms.provenance.commit_rules import POSTED
from goodterms.run.journal_commit import JournalAdditions, JournalWriter, commit_page
from goodterms.run.journal_entries import passed_on
from goodterms.run.person_decisions import (
    DecisionContext,
    MainTip,
    PersonDecision,
    decision_context,
    settle,
)
from goodterms.run.request import RunRequest


@dataclass(frozen=True, slots=True)
class PostedMessages:
    """What became of messages of the outbox: ``names`` are account/entry.

    ``posted`` is False for what nobody will post any more; ``by`` is who says so.
    """

    request: RunRequest
    names: tuple[str, ...]
    posted: bool
    by: str | None = None


def note(posting: PostedMessages) -> str:
    """Write it down for all of them in one commit, or for none; returns what to tell.

    RefusalError names one of which it cannot be said. What is noted already stays.
    """
    decisions = [
        PersonDecision(posting.request, name, posting.by)
        for name in dict.fromkeys(posting.names)
    ]

    def work(at: MainTip) -> tuple[Sequence[BranchMove], str]:
        contexts = [
            (decision, decision_context(decision, at)) for decision in decisions
        ]
        new = [
            (e, context) for e, context in contexts if _is_new(e.name, context, posting)
        ]
        lines = [_told(e.name, posting.posted) for e, _ in contexts]
        moves = [_commit(at, new, posting)] if new else []
        return moves, "\n".join(lines)

    return settle(posting.request, {decision.account for decision in decisions}, work)


def _is_new(name: str, context: DecisionContext, posting: PostedMessages) -> bool:
    """Whether it is not noted yet; refuse what contradicts the journal."""
    entry = context.entry
    if not was_written(entry):
        raise RefusalError(f"{name} is nothing to post", _instead(name, entry))
    if entry.doc.posted is None:
        return True
    if entry.doc.posted == posting.posted:
        return False
    if entry.doc.posted:
        raise RefusalError(f"{name} was posted, as the journal says", "it has happened")
    raise RefusalError(
        f"{name} was dropped, and counts as never sent",
        f"if it went all the same: goodterms record contact {account_in(name)}"
        f" --by NAME --on DATE --step {entry.doc.step}",
    )


def was_written(entry: JournalEntry) -> bool:
    """Whether an entry is a message that was written to an outbox."""
    doc = entry.doc
    return doc.through == OUTBOX and doc.state == "sent" and doc.kind != "call"


def account_in(name: str) -> str:
    """Return the account of account/entry."""
    return name.partition("/")[0]


def _instead(name: str, entry: JournalEntry) -> str:
    """Say what to do with an entry that is not in the outbox."""
    doc = entry.doc
    if doc.kind == "call":
        return (
            f"it is a call: goodterms record call {account_in(name)} --by NAME"
            f" --outcome OUTCOME --step {doc.step}"
        )
    if doc.kind == "propose":
        return f"it is a proposal: goodterms show {name}"
    return "what is to be posted: goodterms outbox"


def _commit(
    at: MainTip,
    new: Sequence[tuple[PersonDecision, DecisionContext]],
    posting: PostedMessages,
) -> BranchMove:
    documents: dict[str, list[JournalDocument]] = {}
    by = [posting.by] if posting.by else []
    for decision, context in new:
        document = passed_on(decision.id, context.when, posted=posting.posted, by=by)
        documents.setdefault(decision.account, []).append(document)
    lines = "".join(f"{_told(decision.name, posting.posted)}\n" for decision, _ in new)
    context = new[0][1]
    journal = JournalWriter(at.repo, context.settings, context.when)
    additions = JournalAdditions(f"{POSTED}: {len(new)}\n\n{lines}", documents, {})
    return BranchMove(MAIN, at.refs.main, commit_page(journal, at.refs.main, additions))


def _told(name: str, posted: bool) -> str:  # noqa: FBT001 - the journal's own value
    return f"{name}: {'posted' if posted else 'dropped, it counts as never sent'}"
