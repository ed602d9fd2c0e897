"""Settle what waits for a person: a proposal, or a message in doubt."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from goodterms.decision import JournalEntry, fold, proposed_step
from goodterms.forge import Proposal
from goodterms.forge.local.approve import ApprovalRequest, prepare_approval
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
from goodterms.model.journal import EntryTime, JournalDocument
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

    order: RunRequest
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
class DecisionContext:
    """Where it is settled: at the tip of main, with the entry as it stands there.

    ``entries`` are all of the account's journal.
    """

    repo: Repo
    refs: Refs
    workspace: Workspace
    when: EntryTime
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
        pen = JournalWriter(self.repo, self.workspace.settings, self.when)
        page = JournalAdditions(message, {account: [document]}, {}, removes)
        return BranchMove(MAIN, self.refs.main, commit_page(pen, self.refs.main, page))


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
    errand: PersonDecision, choose: str | None = None, look: Look | None = None
) -> str:
    """Put a name to a proposal; names enough merge it. Returns what came of it.

    *look* is given what can be approved, right before it is; and again where
    somebody else was faster.
    """

    def settling(desk: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        proposal = _open_proposal(desk, errand)
        ballot = ApprovalRequest(
            desk.repo,
            desk.workspace.settings,
            desk.refs,
            proposal,
            errand.by or "",
            desk.when.day,
            choose,
            errand.reason,
        )
        made = prepare_approval(ballot)
        if look and made.moves:
            look(desk, made.choose)
        names = ", ".join(made.by)
        if made.merges:
            return made.moves, f"approved by {names}: {made.choose}; the next run acts"
        missing = made.needed - len(made.by)
        return made.moves, f"approved by {names}; waits for {missing} more"

    return _settle(errand, settling)


def decline(errand: PersonDecision, later: int | None = None) -> str:
    """Say no to a proposal: journaled, and its branch goes.

    A yes that no run has acted on yet is taken back by it, with the file of the
    decision. *later* puts it off: in so many days it is asked again.
    """

    def settling(desk: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        proposal = _undecided(desk, errand)
        by = [errand.by] if errand.by else []
        document = settled(
            proposal.id,
            "declined",
            desk.when,
            by=by,
            reason=errand.reason,
        )
        if later:
            document = replace(document, until=plus(desk.when.day, later - 1))
        path = desk.repo.path(proposal.path)
        approved = tuple(read_files(desk.repo, desk.refs.main, [path]))
        message = f"Decline {errand.name}"
        moves = [desk.page(errand.account, message, document, approved)]
        head = desk.refs.proposals.get(proposal.branch)
        moves += [BranchMove(proposal.branch, head, None)] if head else []
        told = f"declined by {errand.by}"
        if later:
            told = f"put off by {errand.by} until {plus(desk.when.day, later)}"
        if approved:
            told += "; its approval is taken back, and nothing is sent"
        return moves, told

    return _settle(errand, settling)


def resolve(errand: PersonDecision, state: Literal["sent", "failed"]) -> str:
    """Say what became of a message in doubt: sent, or failed (nothing left)."""

    def settling(desk: DecisionContext) -> tuple[Sequence[BranchMove], str]:
        if desk.entry.doc.state != "in-doubt":
            raise RefusalError(
                f"{errand.name} is not in doubt but {desk.entry.doc.state}"
            )
        by = [errand.by] if errand.by else []
        document = outcome(errand.id, state, desk.when, by=by)
        message = f"Resolve {errand.name}: {state}"
        told = "sent" if state == "sent" else "not sent; the next run may send it"
        return [desk.page(errand.account, message, document)], told

    return _settle(errand, settling)


def _undecided(desk: DecisionContext, errand: PersonDecision) -> Proposal:
    """Return the proposal while a no still counts: open, or approved and not begun."""
    doc = desk.entry.doc
    if doc.kind != "propose" or doc.state != "approved":
        return _open_proposal(desk, errand)
    _decided_here(desk)
    step = proposed_step(desk.workspace.book, desk.entry)
    remedy = step.remedy(doc.choose) if step and doc.choose else None
    if remedy and remedy.pause is not None:
        raise RefusalError(
            f"{errand.name} was approved, and {doc.choose} has begun:"
            " it can be declined no more",
        )
    done = (e for e in desk.entries if e.doc.decision == errand.id and e.is_out)
    deed = next((e for e in done if e.doc.kind != "hold"), None)
    if deed:
        raise RefusalError(
            f"{errand.name} was approved, and carried out on {deed.on} as {deed.id}",
            f"read it with 'goodterms show {errand.account}/{deed.id}'",
        )
    return proposal_of(desk.workspace, errand.account, desk.entry)


def _decided_here(desk: DecisionContext) -> None:
    if desk.workspace.settings.forge != "local":
        raise RefusalError(
            f"with 'forge: {desk.workspace.settings.forge}' people decide there",
            "merge or close the pull request",
        )


def _open_proposal(desk: DecisionContext, errand: PersonDecision) -> Proposal:
    _decided_here(desk)
    doc = desk.entry.doc
    if doc.kind != "propose" or doc.state != "proposed":
        raise RefusalError(f"{errand.name} is no open proposal but {doc.state}")
    return proposal_of(desk.workspace, errand.account, desk.entry)


def _settle(errand: PersonDecision, settling: Settling) -> str:
    """Settle one entry."""

    def work(at: MainTip) -> tuple[Sequence[BranchMove], str]:
        return settling(desk_of(errand, at))

    return settle(errand.order, [errand.account], work)


def settle(order: RunRequest, accounts: Iterable[str], work: Work) -> str:
    """Try on the tip of main until nobody else was faster, five times at most.

    *accounts* are those whose files are looked at.
    """
    repo = open_repo(order.root)
    folders = [account_folder(account) for account in accounts]
    for _attempt in range(TRIES):
        refs = read_refs(repo)
        files = ("goodterms.yaml", "policies", "templates", *folders)
        with snapshot(repo, refs.main, files) as tree:
            moves, told = work(MainTip(repo, refs, tree))
        pushed = publish(repo, moves) if moves else None
        if pushed is None or pushed.landed:
            # It is settled; the next run tells what is in the checkout's way.
            with suppress(GitError):
                fast_forward(repo, read_refs(repo).main)
            return told
    raise RefusalError(f"main moved {TRIES} times meanwhile", "try again", RACE_LOST)


def desk_of(errand: PersonDecision, at: MainTip) -> DecisionContext:
    """Find the entry that an errand is about, and all that is needed to settle it."""
    repo, refs, tree = at.repo, at.refs, at.tree
    workspace, problems = Workspace.open(tree)
    if workspace is None:
        raise RefusalError(_first(problems), code=1)
    settings = workspace.settings
    if errand.by is not None and errand.by not in settings.people:
        hint = did_you_mean(errand.by, settings.people) or "goodterms.yaml has nobody"
        raise RefusalError(f"'{errand.by}' is nobody in 'people'", hint)
    out = held(verify(repo, refs.main)).get(errand.account)
    if out:
        raise RefusalError(_first(out), code=1)
    when = errand.order.moment(settings)
    entries = _entries(errand, workspace)
    entry = entries[errand.id]
    if entry.since > when.day:
        raise RefusalError(f"{errand.name} is of {entry.since}, after {when.day}")
    return DecisionContext(repo, refs, workspace, when, entry, tuple(entries.values()))


def _entries(errand: PersonDecision, workspace: Workspace) -> dict[str, JournalEntry]:
    known = errand.account in workspace.account_ids()
    documents, problems = workspace.journal(errand.account) if known else ((), ())
    if has_errors(problems):
        raise RefusalError(_first(problems), code=1)
    if not errand.id or not documents:
        raise RefusalError(
            f"'{errand.name}' is the id of nothing", "write it as ACCOUNT/DATE-STEP"
        )
    entries = {entry.id: entry for entry in fold(documents, date.max)}
    if errand.id not in entries:
        hint = did_you_mean(errand.id, entries)
        file = journal_path(errand.account)
        raise RefusalError(f"{file} has no entry '{errand.id}'", hint)
    return entries


def _first(problems: Problems) -> str:
    return str(problems[0]) if problems else "goodterms.yaml cannot be read"
