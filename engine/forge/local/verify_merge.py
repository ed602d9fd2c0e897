"""Verify that a decision on main was approved by its team; refuse what is unclear."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from goodterms.forge.decision_file import choice, choice_flaw, only_choice_differs
from goodterms.forge.file_history import arrival
from goodterms.forge.local.names import MERGED_ON, blob, names_on, reason_on
from goodterms.forge.protocol import Proposal, Ruling
from goodterms.git import Repo, read_files
from goodterms.git.command import git, line
from goodterms.load.settings import load_settings
from goodterms.model.calendar import DayError, parse_date
from goodterms.model.journal import ApprovalProof
from goodterms.model.settings import Settings
from goodterms.model.timestamps import timestamp


class DecisionRefusedError(Exception):
    """A decision that does not count, and why."""


@dataclass(frozen=True, slots=True)
class DecisionMerge:
    """A merge commit of main: where it came from and where it went."""

    commit: str
    onto: str
    branch: str


def verify(repo: Repo, settings: Settings, tip: str, proposal: Proposal) -> Ruling:
    """Return the approval that a decision file on main stands for.

    It counts if one merge brought it, unchanged but for ``choose``, by the last
    day, with names enough of the team as goodterms.yaml had it on main right
    before. Raises RefusedError with the reason if not.
    """
    merge = _merge(repo, tip, repo.path(proposal.path))
    text = _same_text(repo, merge, proposal)
    by = _approvers(repo, merge, proposal)
    day = _merged_on(repo, settings, merge)
    if day > proposal.expires:
        raise DecisionRefusedError(
            f"it was merged on {day}, and expired on {proposal.expires}"
        )
    reason = reason_on(repo, merge.onto, merge.branch)
    proof = _proof(repo, merge, repo.path(proposal.path))
    return Ruling(proposal, "approved", by, choice(text), reason=reason, proof=proof)


def _proof(repo: Repo, merge: DecisionMerge, path: str) -> ApprovalProof:
    """Put down what an approval rests on: its names stand in the branch's commits."""
    seconds = line(git(repo.top, "show", "--no-patch", "--format=%ct", merge.commit))
    return ApprovalProof(
        head=merge.branch,
        merge=merge.commit,
        blob=blob(repo, merge.commit, path).decode(),
        approvers=blob(repo, merge.onto, repo.path("goodterms.yaml")).decode(),
        merged_at=timestamp(datetime.fromtimestamp(int(seconds), UTC)),
    )


def _merge(repo: Repo, tip: str, path: str) -> DecisionMerge:
    history = arrival(repo, tip, path)
    if history is None or len(history.commits) != 1:
        raise DecisionRefusedError("it was changed after it came to main")
    if len(history.parents) != 2:  # noqa: PLR2004 - main, and the branch of the proposal
        raise DecisionRefusedError("it did not come by a merge of its branch")
    return DecisionMerge(history.commits[0], *history.parents)


def _same_text(repo: Repo, merge: DecisionMerge, proposal: Proposal) -> bytes:
    path = repo.path(proposal.path)
    merged = read_files(repo, merge.commit, [path]).get(path)
    if merged is None or merged != read_files(repo, merge.branch, [path]).get(path):
        raise DecisionRefusedError("the merge itself changed it")
    if not proposal.commit or not proposal.facts:
        raise DecisionRefusedError("the journal does not say what was proposed")
    proposed = read_files(repo, proposal.commit, [path]).get(path)
    if proposed is None or not only_choice_differs(proposed, merged):
        raise DecisionRefusedError("it says other things than were proposed")
    if f"\nfacts: {proposal.facts}\n".encode() not in merged:
        raise DecisionRefusedError("its facts are not those of the journal")
    flaw = choice_flaw(merged, proposal.choices)
    if flaw:
        raise DecisionRefusedError(f"it {flaw}")
    return merged


def _approvers(repo: Repo, merge: DecisionMerge, proposal: Proposal) -> tuple[str, ...]:
    approval = proposal.approval
    if approval is None:
        raise DecisionRefusedError(
            "its policy has no such step, or it needs no approval"
        )
    path = repo.path("goodterms.yaml")
    settings_then, _ = load_settings(
        read_files(repo, merge.onto, [path]).get(path, b""), path
    )
    team = settings_then.teams.get(approval.by, ()) if settings_then else ()
    named = names_on(repo, merge.onto, merge.branch, repo.path(proposal.path))
    by = tuple(name for name in named if name in team)
    if not approval.count or len(by) < approval.count:
        raise DecisionRefusedError(
            f"{len(by)} of {approval.count} members of {approval.by} approved it"
        )
    return by


def _merged_on(repo: Repo, settings: Settings, merge: DecisionMerge) -> date:
    wanted = f"--format=%(trailers:key={MERGED_ON},valueonly)%x1f%ct"
    output = line(git(repo.top, "show", "--no-patch", wanted, merge.commit))
    written, _, seconds = output.partition("\x1f")
    try:
        if written.strip():
            return parse_date(written.strip())
    except DayError as error:
        raise DecisionRefusedError(
            f"its merge commit says {MERGED_ON}: {error}"
        ) from None
    zone = ZoneInfo(settings.creditor.timezone)
    return datetime.fromtimestamp(int(seconds), zone).date()
