"""Settle what waits for a person: a proposal, or a message in doubt."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from goodterms.decision import JournalEntry, fold, proposed_step
from goodterms.forge import Proposal
from goodterms.forge.local.approve import (
    ApprovalDraft,
    ApprovalRequest,
    prepare_approval,
)
from goodterms.forge.run_context import RunContext
from goodterms.git import (
    MAIN,
    BranchMove,
    GitError,
    Refs,
    Repo,
    fast_forward,
    open_repo,
    publish,
    read_files,
    read_refs,
    snapshot,
)
from goodterms.model.calendar import plus
from goodterms.model.journal import JournalDocument
from goodterms.model.paths import account_folder, journal_path
from goodterms.model.problem import did_you_mean, has_errors
from goodterms.model.refusal import RefusalError
from goodterms.provenance.problems import held
from goodterms.provenance.verify import verify
from goodterms.run.journal_commit import JournalAdditions, JournalWriter, commit_page
from goodterms.run.journal_entries import outcome, settled
from goodterms.run.request import RACE_LOST, Problems, RunRequest
from goodterms.run.sync import proposal_of
from goodterms.workspace.workspace import Workspace

TRIES = 5


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """A person settles one entry: ``name`` is account/entry, ``by`` who it is."""

    request: RunRequest
    name: str
    by: str | None = None
    reason: str | None = None

    @property
    def account(self) -> str:
        """The account that the entry belongs to."""
        return self.name.partition("/")[0]

    @property
    def id(self) -> str:
        """The id of the entry."""
        return self.name.partition("/")[2]


@dataclass(frozen=True, slots=True)
class DecisionContext(RunContext):
    """Where it is settled: at the tip of main, with the entry as it stands there.

    ``entries`` are all of the account's journal.
    """

    entry: JournalEntry
    entries: tuple[JournalEntry, ...]

    def page(
        self,
        account: str,
        message: str,
        document: JournalDocument,
        removes: tuple[str, ...] = (),
    ) -> BranchMove:
        """Make the commit that appends a document to the account's journal."""
        journal = JournalWriter(self.repo, self.settings, self.when)
        additions = JournalAdditions(message, {account: [document]}, {}, removes)
        return BranchMove(
            MAIN, self.refs.main, commit_page(journal, self.refs.main, additions)
        )


@dataclass(frozen=True, slots=True)
class MainTip:
    """The tip of main: the files there that are looked at, in a folder."""

    repo: Repo
    refs: Refs
    tree: Path


#: What is done at the tip: the moves to publish, and what to tell about them.
Work = Callable[[MainTip], tuple[Sequence[BranchMove], str]]

#: What settles an entry: the moves to publish, and what to tell about them.
Settling = Callable[[DecisionContext], tuple[Sequence[BranchMove], str]]


#: Lets a person look at what they are about to approve: the proposal's entry where
#: it is settled, and what its file would choose. What it raises approves nothing.
Look = Callable[[DecisionContext, str], None]


def approve(
    decision: PersonDecision, choose: str | None = None, look: Look | None = None
) -> str:
    """Put a name to a proposal; names enough merge it. Returns what came of it.

    *look* is given what can be approved, right before it is; and again where
    somebody else was faster.
    """

    def settling(context: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        proposal = _open_proposal(context, decision)
        ballot = ApprovalRequest(
            context.repo,
            context.settings,
            context.refs,
            proposal,
            decision.by or "",
            context.day,
            choose,
            decision.reason,
        )
        prepared = prepare_approval(ballot)
        if look and prepared.moves:
            look(context, prepared.choose)
        return prepared.moves, _outcome_of(prepared)

    return _settle(decision, settling)


def _outcome_of(draft: ApprovalDraft) -> str:
    """Say who is in, what for, and whose yes was for something else."""
    names = ", ".join(draft.by)
    if draft.merges:
        outcome = f"approved by {names}: {draft.choose}; the next run acts"
    else:
        missing = draft.needed - len(draft.by)
        outcome = f"approved by {names}; waits for {missing} more"
    if draft.choose != draft.choose_before:
        outcome += f"; it chooses {draft.choose} now, in place of {draft.choose_before}"
    if draft.dropped:
        other = " and ".join(draft.dropped)
        outcome += f", so the yes of {other} to {draft.choose_before} counts no more"
    return outcome


def decline(decision: PersonDecision, later: int | None = None) -> str:
    """Say no to a proposal: journaled, and its branch goes.

    A yes that no run has acted on yet is taken back by it, with the file of the
    decision. *later* puts it off: in so many days it is asked again.
    """

    def settling(context: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        proposal = _undecided(context, decision)
        by = [decision.by] if decision.by else []
        document = settled(
            proposal.id,
            "declined",
            context.when,
            by=by,
            reason=decision.reason,
        )
        if later:
            document = replace(document, until=plus(context.day, later - 1))
        path = context.repo.path(proposal.path)
        approved = tuple(read_files(context.repo, context.refs.main, [path]))
        message = f"Decline {decision.name}"
        moves = [context.page(decision.account, message, document, approved)]
        head = context.refs.proposals.get(proposal.branch)
        moves += [BranchMove(proposal.branch, head, None)] if head else []
        summary = f"declined by {decision.by}"
        if later:
            summary = f"put off by {decision.by} until {plus(context.day, later)}"
        if approved:
            summary += "; its approval is taken back, and nothing is sent"
        return moves, summary

    return _settle(decision, settling)


def resolve(decision: PersonDecision, state: Literal["sent", "failed"]) -> str:
    """Say what became of a message in doubt: sent, or failed (nothing left)."""

    def settling(context: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        if context.entry.doc.state != "in-doubt":
            raise RefusalError(
                f"{decision.name} is not in doubt but {context.entry.doc.state}"
            )
        by = [decision.by] if decision.by else []
        document = outcome(decision.id, state, context.when, by=by)
        message = f"Resolve {decision.name}: {state}"
        summary = "sent" if state == "sent" else "not sent; the next run may send it"
        return [context.page(decision.account, message, document)], summary

    return _settle(decision, settling)


def _undecided(context: DecisionContext, decision: PersonDecision) -> Proposal:
    """Return the proposal while a no still counts: open, or approved and not begun."""
    doc = context.entry.doc
    if doc.kind != "propose" or doc.state != "approved":
        return _open_proposal(context, decision)
    _decided_here(context)
    step = proposed_step(context.workspace.book, context.entry)
    remedy = step.remedy(doc.choose) if step and doc.choose else None
    if remedy and remedy.pause is not None:
        raise RefusalError(
            f"{decision.name} was approved, and {doc.choose} has begun:"
            " it can be declined no more",
        )
    done = (e for e in context.entries if e.doc.decision == decision.id and e.is_out)
    effect = next((e for e in done if e.doc.kind != "hold"), None)
    if effect:
        raise RefusalError(
            f"{decision.name} was approved, and carried out on {effect.on}"
            f" as {effect.id}",
            f"read it with 'goodterms show {decision.account}/{effect.id}'",
        )
    return proposal_of(context.workspace, decision.account, context.entry)


def _decided_here(context: DecisionContext) -> None:
    if context.settings.forge != "local":
        raise RefusalError(
            f"with 'forge: {context.settings.forge}' people decide there",
            "merge or close the pull request",
        )


def _open_proposal(context: DecisionContext, decision: PersonDecision) -> Proposal:
    _decided_here(context)
    doc = context.entry.doc
    if doc.kind != "propose" or doc.state != "proposed":
        raise RefusalError(f"{decision.name} is no open proposal but {doc.state}")
    return proposal_of(context.workspace, decision.account, context.entry)


def _settle(decision: PersonDecision, settling: Settling) -> str:
    """Settle one entry."""

    def work(at: MainTip) -> tuple[Sequence[BranchMove], str]:
        return settling(decision_context(decision, at))

    return settle(decision.request, [decision.account], work)


def settle(request: RunRequest, accounts: Iterable[str], work: Work) -> str:
    """Try on the tip of main until nobody else was faster, five times at most.

    *accounts* are those whose files are looked at.
    """
    repo = open_repo(request.root)
    folders = [account_folder(account) for account in accounts]
    for _attempt in range(TRIES):
        refs = read_refs(repo)
        files = ("goodterms.yaml", "policies", "templates", *folders)
        with snapshot(repo, refs.main, files) as tree:
            moves, summary = work(MainTip(repo, refs, tree))
        pushed = publish(repo, moves) if moves else None
        if pushed is None or pushed.landed:
            # It is settled; the next run tells what is in the checkout's way.
            with suppress(GitError):
                fast_forward(repo, read_refs(repo).main)
            return summary
    raise RefusalError(f"main moved {TRIES} times meanwhile", "try again", RACE_LOST)


def decision_context(decision: PersonDecision, at: MainTip) -> DecisionContext:
    """Find the entry that a decision is about, and all that is needed to settle it."""
    repo, refs, tree = at.repo, at.refs, at.tree
    workspace, problems = Workspace.open(tree)
    if workspace is None:
        raise RefusalError(_first(problems), code=1)
    settings = workspace.settings
    if decision.by is not None and decision.by not in settings.people:
        hint = did_you_mean(decision.by, settings.people) or "goodterms.yaml has nobody"
        raise RefusalError(f"'{decision.by}' is nobody in 'people'", hint)
    reasons = held(verify(repo, refs.main)).get(decision.account)
    if reasons:
        raise RefusalError(_first(reasons), code=1)
    when = decision.request.moment(settings)
    entries = _entries(decision, workspace)
    entry = entries[decision.id]
    if entry.since > when.day:
        raise RefusalError(f"{decision.name} is of {entry.since}, after {when.day}")
    return DecisionContext(repo, refs, workspace, when, entry, tuple(entries.values()))


def _entries(decision: PersonDecision, workspace: Workspace) -> dict[str, JournalEntry]:
    exists = decision.account in workspace.account_ids()
    documents, problems = workspace.journal(decision.account) if exists else ((), ())
    if has_errors(problems):
        raise RefusalError(_first(problems), code=1)
    if not decision.id or not documents:
        raise RefusalError(
            f"'{decision.name}' is the id of nothing", "write it as ACCOUNT/DATE-STEP"
        )
    entries = {entry.id: entry for entry in fold(documents, date.max)}
    if decision.id not in entries:
        hint = did_you_mean(decision.id, entries)
        file = journal_path(decision.account)
        raise RefusalError(f"{file} has no entry '{decision.id}'", hint)
    return entries


def _first(problems: Problems) -> str:
    return str(problems[0]) if problems else "goodterms.yaml cannot be read"
