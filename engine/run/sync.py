"""Phase 1: what people decided, and what earlier runs left open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from goodterms.channels import Channel
from goodterms.decision import JournalEntry, fold, proposed_step, unreadable_policy
from goodterms.forge import Forge, Proposal, Ruling, decision_path
from goodterms.forge.run_context import RunContext
from goodterms.git import BranchMove
from goodterms.load import load_journal
from goodterms.model.journal import EntryTime, JournalDocument, SendState
from goodterms.model.paths import decisions_folder, journal_path
from goodterms.model.policy import Approval, Remedy
from goodterms.model.problem import Place, Problem
from goodterms.model.timestamps import parse_timestamp
from goodterms.run.journal_entries import outcome, settled
from goodterms.run.lease import PATIENCE
from goodterms.workspace.files import without_links
from goodterms.yaml.journal_scan import skim

if TYPE_CHECKING:
    from goodterms.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim without an outcome."""

    account: str
    entry: JournalEntry

    @property
    def name(self) -> str:
        """What people call it by."""
        return f"{self.account}/{self.entry.id}"


@dataclass(slots=True)
class SyncResult:
    """What is open in the ledger, and what sync has to write about it.

    ``retries`` are stale claims on channels that deduplicate; ``latest`` is
    the day of the latest entry of any journal, ``ahead`` whose it is; ``files`` are
    what the forge wants on main beside it.
    """

    proposals: list[Proposal] = field(default_factory=list)
    documents: dict[str, list[JournalDocument]] = field(default_factory=dict)
    moves: list[BranchMove] = field(default_factory=list)
    retries: list[OpenClaim] = field(default_factory=list)
    young: list[OpenClaim] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    refused: list[Ruling] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    latest: date | None = None
    ahead: str = ""


@dataclass(frozen=True, slots=True)
class SyncContext:
    """Where sync looks: the files of the tip, in a folder, and the ledger there."""

    tree: Path
    context: RunContext

    @property
    def when(self) -> EntryTime:
        """When it is."""
        return self.context.when

    @property
    def workspace(self) -> "Workspace":
        """The ledger at the tip."""
        return self.context.workspace


def sync(
    look: SyncContext, forge: Forge, channels: Mapping[str, Channel]
) -> SyncResult:
    """Read what is open, and judge it; nothing is written here.

    What people decided about a proposal whose policy cannot be read now is looked
    at when it can be read again.
    """
    synced = SyncResult()
    open_ones: list[Proposal] = []
    for account, entry in _open_entries(look, synced):
        if entry.doc.kind == "propose" and entry.doc.state == "proposed":
            open_ones.append(proposal_of(look.workspace, account, entry))
        elif entry.doc.state == "in-doubt":
            synced.doubtful.append(f"{account}/{entry.id}")
        elif entry.doc.state == "claimed":
            _claimed(look, synced, channels, OpenClaim(account, entry))
    remembered, problems = forge.remember(look.context)
    synced.files.update(remembered)
    synced.problems += problems
    rulings, problems = forge.rulings(
        look.context, [p for p in open_ones if not p.flaw]
    )
    synced.problems += problems
    synced.refused = [ruling for ruling in rulings if ruling.state == "refused"]
    open_still = ("refused", "chosen")
    settled_now = [ruling for ruling in rulings if ruling.state not in open_still]
    for ruling in rulings:
        if ruling.move:
            _chosen(synced, ruling, ruling.move)
    for ruling in settled_now:
        _ruled(look, synced, ruling)
    decided = {ruling.proposal.name for ruling in settled_now}
    synced.proposals += [p for p in open_ones if p.name not in decided]
    return synced


def proposal_of(workspace: "Workspace", account: str, entry: JournalEntry) -> Proposal:
    """Describe an open proposal; without its step nobody can approve it."""
    approval: Approval | None = None
    options: tuple[Remedy, ...] = ()
    step = proposed_step(workspace.book, entry)
    if step:
        approval, options = step.approval, step.choose
    return Proposal(
        account=account,
        id=entry.id,
        proposed=entry.on,
        expires=entry.doc.expires or entry.on,
        facts=entry.doc.facts,
        commit=entry.doc.commit,
        approval=approval,
        options=options,
        policy=entry.doc.gate or entry.doc.policy,
        flaw=unreadable_policy(workspace.book, entry),
        step_is_gone=step is None,
    )


def _open_entries(
    look: SyncContext, synced: SyncResult
) -> Iterator[tuple[str, JournalEntry]]:
    """List what waits in any journal; strange decision files become problems."""
    zone = look.workspace.settings.creditor.timezone
    latest = ("", "")
    for account in look.workspace.account_ids():
        if account in look.workspace.held:
            continue
        path = journal_path(account)
        try:
            journal = without_links(look.tree, path)
            decisions = without_links(look.tree, decisions_folder(account))
        except OSError:
            continue  # it is kept out, and the plan says why
        data = journal.read_bytes() if journal.is_file() else b""
        decided = [each.stem for each in sorted(decisions.glob("*.yaml"))]
        skimmed = skim(data)
        if skimmed:
            latest = max(latest, (skimmed.latest, account))
            strange = [id_ for id_ in decided if id_ not in skimmed.approved]
            if not skimmed.is_open and not strange:
                continue
        documents, _ = load_journal(data, str(journal), zone)
        if documents is None:
            continue
        unasked = _unasked(decided, documents)
        synced.problems += (_strange(account, id_) for id_ in unasked)
        synced.strange += (f"{account}/{id_}" for id_ in unasked)
        days = [str(document.day) for document in documents]
        latest = max(latest, (max(days, default=""), account))
        yield from ((account, entry) for entry in fold(documents, date.max))
    synced.latest, synced.ahead = _day(latest[0], zone), latest[1]


def _day(written: str, zone: str) -> date | None:
    if "T" not in written:
        return date.fromisoformat(written) if written else None
    moment = parse_timestamp(written)
    return moment.astimezone(ZoneInfo(zone)).date()


def _unasked(decided: Iterable[str], documents: Sequence[JournalDocument]) -> list[str]:
    """List decisions on main that are neither approved nor asked for."""
    known = {d.id for d in documents if d.state == "approved"}
    known |= {e.id for e in fold(documents, date.max) if e.doc.state == "proposed"}
    return [id_ for id_ in decided if id_ not in known]


def _strange(account: str, decision: str) -> Problem:
    return Problem(
        Place(decision_path(account, decision)),
        "this decision was refused: no open proposal asks for it",
        "remove the file",
        rule="decision-refused",
    )


def _claimed(
    look: SyncContext,
    synced: SyncResult,
    channels: Mapping[str, Channel],
    claim: OpenClaim,
) -> None:
    """Sort a claim: too young to touch, to be handed over again, or in doubt."""
    doc = claim.entry.doc
    if not _is_stale(look.when, claim.entry):
        synced.young.append(claim)
        return
    channel = channels.get(doc.channel or "")
    if channel and channel.deduplicates:
        synced.retries.append(claim)
        return
    if doc.handover == "waits":
        error = f"run {doc.run} ended before it was handed over; nothing left"
        _close(look, synced, claim, "failed", error)
        synced.lines.append(f"{claim.name} did not leave: {error}")
        return
    error = f"run {doc.run} ended without saying what became of it"
    _close(look, synced, claim, "in-doubt", error)
    synced.doubtful.append(claim.name)
    synced.lines.append(f"{claim.name} is in doubt: {error}")


def _close(
    look: SyncContext,
    synced: SyncResult,
    claim: OpenClaim,
    state: SendState,
    error: str,
) -> None:
    document = outcome(claim.entry.id, state, look.when, error=error)
    synced.documents.setdefault(claim.account, []).append(document)


def _is_stale(when: EntryTime, entry: JournalEntry) -> bool:
    if entry.doc.at is None:
        return entry.on < when.day
    claimed = parse_timestamp(entry.doc.at)
    return when.time - claimed > PATIENCE


def _ruled(look: SyncContext, synced: SyncResult, ruling: Ruling) -> None:
    """Write down what was decided, and take away the branch that asked.

    A proposal whose ruling is refused or only chose an option stays open.
    """
    proposal, state = ruling.proposal, ruling.state
    if state == "refused" or state == "chosen":  # noqa: PLR1714 - mypy narrows only so
        return
    document = settled(
        proposal.id,
        state,
        look.when,
        by=ruling.by,
        choose=ruling.choose,
        reason=ruling.reason,
        why=ruling.why,
    )
    proved = replace(document, proof=ruling.proof, until=ruling.until)
    synced.documents.setdefault(proposal.account, []).append(proved)
    head = look.context.refs.proposals.get(proposal.branch)
    synced.moves += [BranchMove(proposal.branch, head, None)] if head else []
    by = f" by {', '.join(ruling.by)}" if ruling.by else ""
    done = "put off" if ruling.until else ruling.state
    synced.lines.append(f"{proposal.name} was {done}{by}")


def _chosen(synced: SyncResult, ruling: Ruling, move: BranchMove) -> None:
    """Let a branch choose what somebody asked for; the proposal stays open."""
    synced.moves.append(move)
    by = ", ".join(ruling.by)
    name = ruling.proposal.name
    synced.lines.append(f"{name} chooses {ruling.choose} now, as {by} asked")
