"""Verify the proofs of approvals in the journal against git."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.decision import JournalEntry, fold, proposed_step
from goodterms.forge.decision_file import choice
from goodterms.forge.file_history import arrival
from goodterms.forge.local.names import blob, names_on
from goodterms.git import Repo, is_ancestor
from goodterms.git.command import git, line, run_git, text
from goodterms.load import Problems
from goodterms.load.github_logins import load_logins
from goodterms.load.settings import load_settings
from goodterms.model.journal import ApprovalProof, JournalDocument
from goodterms.model.paths import LOGINS, decision_path, journal_path
from goodterms.model.problem import Place, Problem, in_order
from goodterms.model.settings import Settings
from goodterms.model.timestamps import parse_timestamp
from goodterms.workspace.workspace import Workspace

#: A merge commit may have waited so long in a queue before it became main's.
_AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecordedApproval:
    """An approval as the journal has it; ``facts`` are what it is about."""

    account: str
    doc: JournalDocument
    entry: JournalEntry
    facts: str | None

    @property
    def name(self) -> str:
        """What people call the proposal by."""
        return f"{self.account}/{self.doc.id}"

    def problem(self, flaw: str) -> Problem:
        """Say what is wrong with it."""
        message = f"the approval of {self.doc.id} is not proved: {flaw}"
        hint = "find out who changed what: git log -p on the journal and the decision"
        return Problem(self._place, message, hint, rule="approval")

    def unproved(self) -> Problem:
        """Say that nothing was kept that proves it; it is valid all the same."""
        message = f"the approval of {self.doc.id} has no proof beside it"
        hint = "an earlier version of the engine kept none"
        return Problem(self._place, message, hint, "warning", "unproved")

    @property
    def _place(self) -> Place:
        return Place(journal_path(self.account))


def approvals(workspace: Workspace) -> tuple[list[RecordedApproval], Problems]:
    """List every approval of every journal, and what keeps one from being read."""
    recorded: list[RecordedApproval] = []
    problems: list[Problem] = []
    for id_ in workspace.account_ids():
        journal, unreadable = workspace.journal(id_)
        problems += unreadable
        for at, doc in enumerate(journal):
            if doc.state == "approved":
                so_far = journal[: at + 1]
                entry = next(e for e in fold(so_far, date.max) if e.id == doc.id)
                recorded.append(
                    RecordedApproval(id_, doc, entry, _facts(so_far, doc.id))
                )
    return recorded, in_order(problems)


def _facts(documents: Sequence[JournalDocument], id_: str) -> str | None:
    digests = [doc.facts for doc in documents if doc.id == id_ and doc.facts]
    return digests[-1] if digests else None


def flaws(
    repo: Repo, head: str, workspace: Workspace, approval: RecordedApproval
) -> Iterator[str]:
    """Say what does not agree with an approval's proof, offline."""
    proof = approval.doc.proof
    if proof is None:
        return
    if not (_has(repo, proof.merge) and is_ancestor(repo, proof.merge, head)):
        yield f"its merge {proof.merge[:12]} is not on main"
        return
    path = _path_then(repo, head, approval, proof)
    prefix = "".join(f"{part}/" for part in path.split("/")[:-4])
    yield from _of_file(repo, approval, proof, path)
    yield from _of_head(repo, proof, path)
    history = arrival(repo, proof.merge, path)
    base = history.onto if history else None
    if base is None:
        yield "nobody can say what main was right before"
        return
    if blob(repo, base, f"{prefix}goodterms.yaml").decode() != proof.approvers:
        yield "the list of who may approve is not the one that main had before"
        return
    yield from _of_logins(repo, proof, base, prefix)
    settings_then, _ = load_settings(_content(repo, proof.approvers), "goodterms.yaml")
    if settings_then is None:
        yield "the list of who may approve cannot be read"
        return
    yield from _of_people(workspace, approval, settings_then)
    yield from _of_numbers(
        _logins(repo, workspace, proof), approval, proof, settings_then
    )
    yield from _of_names(repo, approval, proof, base, path)
    yield from _of_time(repo, workspace.settings, approval, proof)


def _path_then(
    repo: Repo, head: str, approval: RecordedApproval, proof: ApprovalProof
) -> str:
    """Return where the decision was when it was merged: its account may have moved.

    It has if the folder in which that very file was holds no account any more.
    """
    path_now = repo.path(decision_path(approval.account, approval.doc.id))
    if blob(repo, proof.merge, path_now):
        return path_now
    decision_file = f"decisions/{approval.doc.id}.yaml"
    args = ("ls-tree", "-r", "-z", "--full-tree", proof.merge)
    for row in text(git(repo.top, *args)).split("\0"):
        kind, _, path = row.partition("\t")
        profile = f"{path.removesuffix(decision_file)}account.yaml"
        is_same_file = path.endswith(f"/{decision_file}") and kind.endswith(
            f" {proof.blob}"
        )
        if is_same_file and not blob(repo, head, profile):
            return path
    return path_now


def _of_file(
    repo: Repo, approval: RecordedApproval, proof: ApprovalProof, path: str
) -> Iterator[str]:
    if blob(repo, proof.merge, path).decode() != proof.blob:
        yield "the decision that was merged is another one"
        return
    merged = _content(repo, proof.blob)
    if choice(merged) != (approval.doc.choose or "approve"):
        yield f"the decision chooses '{choice(merged)}', not '{approval.doc.choose}'"
    if approval.facts and f"\nfacts: {approval.facts}\n".encode() not in merged:
        yield "the decision is about other facts than were proposed"


def _of_head(repo: Repo, proof: ApprovalProof, path: str) -> Iterator[str]:
    """Look at what was reviewed, where git has it: a squash leaves it behind."""
    if _has(repo, proof.head) and blob(repo, proof.head, path).decode() != proof.blob:
        yield "what was reviewed is not what was merged"
    parents = line(git(repo.top, "show", "--no-patch", "--format=%P", proof.merge))
    if len(parents.split()) > 1 and parents.split()[1:] != [proof.head]:
        yield "its merge brought another branch than was reviewed"
    if any(review.commit != proof.head for review in proof.reviews):
        yield "a review is of another commit than was merged"


def _of_people(
    workspace: Workspace, approval: RecordedApproval, settings_then: Settings
) -> Iterator[str]:
    step = proposed_step(workspace.book, approval.entry)
    if step is None or step.approval is None:
        return
    team = settings_then.teams.get(step.approval.by, ())
    by = set(approval.doc.by or ())
    strange = sorted(by - set(team))
    if strange:
        yield f"{', '.join(strange)} was not in {step.approval.by} then"
    if len(by) < step.approval.count:
        yield f"{len(by)} of the {step.approval.count} people needed approved it"


def _of_logins(
    repo: Repo, proof: ApprovalProof, base: str, prefix: str
) -> Iterator[str]:
    """Look at what was known of logins: as main had it before, or first since."""
    if proof.logins is None:
        return
    before = blob(repo, base, f"{prefix}{LOGINS}").decode()
    if before and before != proof.logins:
        yield "what was known of logins is not what main had before"
    elif load_logins(_content(repo, proof.logins), LOGINS)[0] is None:
        yield "what was known of logins cannot be read"


def _logins(
    repo: Repo, workspace: Workspace, proof: ApprovalProof
) -> Mapping[str, int]:
    """Return whose login was whose then; who was seen since, as it is now."""
    now = workspace.logins()
    if proof.logins is None:
        return now
    settings_then, _ = load_logins(_content(repo, proof.logins), LOGINS)
    return {**now, **(settings_then or {})}


def _of_numbers(
    numbers: Mapping[str, int],
    approval: RecordedApproval,
    proof: ApprovalProof,
    settings_then: Settings,
) -> Iterator[str]:
    """Compare the GitHub accounts that acted with those recorded for the approvers."""
    if proof.pull is None:
        return
    acted = {proof.merged_by, *(review.user for review in proof.reviews)}
    for key in approval.doc.by or ():
        login = (
            settings_then.people[key].github if key in settings_then.people else None
        )
        number = numbers.get((login or "").casefold())
        if number is None or number not in acted:
            yield f"none of the accounts that acted is {key}'s"


def _of_names(
    repo: Repo, approval: RecordedApproval, proof: ApprovalProof, base: str, path: str
) -> Iterator[str]:
    """Compare with the names on the branch, where no forge knows who it was."""
    if proof.pull is not None or not _has(repo, proof.head):
        return
    named = names_on(repo, base, proof.head, path)
    for key in approval.doc.by or ():
        if key not in named:
            yield f"no commit of its branch says that {key} approved it"


def _of_time(
    repo: Repo, settings: Settings, approval: RecordedApproval, proof: ApprovalProof
) -> Iterator[str]:
    zone = ZoneInfo(settings.creditor.timezone)
    at = parse_timestamp(proof.merged_at)
    committed = line(git(repo.top, "show", "--no-patch", "--format=%ct", proof.merge))
    if abs(at - datetime.fromtimestamp(int(committed), UTC)) > _AROUND:
        yield f"its merge commit is not of {proof.merged_at}"
    expires = approval.entry.doc.expires
    if proof.pull is not None and expires and at.astimezone(zone).date() > expires:
        yield f"it was merged at {proof.merged_at}, and expired on {expires}"


def _has(repo: Repo, commit: str) -> bool:
    lookup = run_git(repo.top, "cat-file", "-e", f"{commit}^{{commit}}")
    return lookup.returncode == 0


def _content(repo: Repo, name: str) -> bytes:
    output = run_git(repo.top, "cat-file", "blob", name)
    return output.stdout if output.returncode == 0 else b""
