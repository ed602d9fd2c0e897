"""Is a decision on main one that the team took? Whatever is unclear is refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.days import DayError, parse_date
from engine.forge.arrival import arrival
from engine.forge.decisions import choice, choice_flaw, only_choice_differs
from engine.forge.names import MERGED_ON, blob, names_on, reason_on
from engine.forge.proposal import Proposal, Ruling
from engine.journal import Proof
from engine.load.settings import load_settings
from engine.repo import Repo, read_files
from engine.repo.git import git, line
from engine.settings import Settings

_STAMP = "%Y-%m-%dT%H:%M:%SZ"


class RefusedError(Exception):
    """A decision that does not count, and why."""


@dataclass(frozen=True, slots=True)
class Merge:
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
        raise RefusedError(f"it was merged on {day}, and expired on {proposal.expires}")
    reason = reason_on(repo, merge.onto, merge.branch)
    proof = _proof(repo, merge, repo.path(proposal.path))
    return Ruling(proposal, "approved", by, choice(text), reason=reason, proof=proof)


def _proof(repo: Repo, merge: Merge, path: str) -> Proof:
    """Put down what an approval rests on: its names stand in the branch's commits."""
    seconds = line(git(repo.top, "show", "--no-patch", "--format=%ct", merge.commit))
    return Proof(
        head=merge.branch,
        merge=merge.commit,
        blob=blob(repo, merge.commit, path).decode(),
        approvers=blob(repo, merge.onto, repo.path("goodterms.yaml")).decode(),
        merged_at=datetime.fromtimestamp(int(seconds), UTC).strftime(_STAMP),
    )


def _merge(repo: Repo, tip: str, path: str) -> Merge:
    came = arrival(repo, tip, path)
    if came is None or len(came.commits) != 1:
        raise RefusedError("it was changed after it came to main")
    if len(came.parents) != 2:  # noqa: PLR2004 - main, and the branch of the proposal
        raise RefusedError("it did not come by a merge of its branch")
    return Merge(came.commits[0], *came.parents)


def _same_text(repo: Repo, merge: Merge, proposal: Proposal) -> bytes:
    path = repo.path(proposal.path)
    merged = read_files(repo, merge.commit, [path]).get(path)
    if merged is None or merged != read_files(repo, merge.branch, [path]).get(path):
        raise RefusedError("the merge itself changed it")
    if not proposal.commit or not proposal.facts:
        raise RefusedError("the journal does not say what was proposed")
    proposed = read_files(repo, proposal.commit, [path]).get(path)
    if proposed is None or not only_choice_differs(proposed, merged):
        raise RefusedError("it says other things than were proposed")
    if f"\nfacts: {proposal.facts}\n".encode() not in merged:
        raise RefusedError("its facts are not those of the journal")
    flaw = choice_flaw(merged, proposal.choices)
    if flaw:
        raise RefusedError(f"it {flaw}")
    return merged


def _approvers(repo: Repo, merge: Merge, proposal: Proposal) -> tuple[str, ...]:
    approval = proposal.approval
    if approval is None:
        raise RefusedError("its policy has no such step, or it needs no approval")
    path = repo.path("goodterms.yaml")
    then, _ = load_settings(read_files(repo, merge.onto, [path]).get(path, b""), path)
    team = then.teams.get(approval.by, ()) if then else ()
    named = names_on(repo, merge.onto, merge.branch, repo.path(proposal.path))
    by = tuple(name for name in named if name in team)
    if not approval.count or len(by) < approval.count:
        raise RefusedError(
            f"{len(by)} of {approval.count} members of {approval.by} approved it"
        )
    return by


def _merged_on(repo: Repo, settings: Settings, merge: Merge) -> date:
    wanted = f"--format=%(trailers:key={MERGED_ON},valueonly)%x1f%ct"
    told = line(git(repo.top, "show", "--no-patch", wanted, merge.commit))
    written, _, seconds = told.partition("\x1f")
    try:
        if written.strip():
            return parse_date(written.strip())
    except DayError as error:
        raise RefusedError(f"its merge commit says {MERGED_ON}: {error}") from None
    zone = ZoneInfo(settings.creditor.timezone)
    return datetime.fromtimestamp(int(seconds), zone).date()
