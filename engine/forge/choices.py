"""A choice that was made in words: a commit of the engine's on the proposal's branch.

The commit says who asked and where; whoever judges a merge asks the forge whether
that is so.
"""

from dataclasses import dataclass
from datetime import date

from goodterms.forge.decision_file import choice, only_choice_differs, with_choice
from goodterms.forge.local.names import REASON
from goodterms.forge.protocol import Proposal
from goodterms.git import (
    BranchMove,
    CommitChange,
    Repo,
    build,
    engine_signature,
    read_files,
)
from goodterms.git.command import git, run_git
from goodterms.model.settings import Settings

ASKED_BY, ASKED_IN = "Asked-by", "Asked-in"


@dataclass(frozen=True, slots=True)
class ChoiceRequest:
    """Somebody of us wants an option; ``place`` is the forge's name for where."""

    by: str
    place: str
    on: date
    option: str
    reason: str | None = None


def choosing(
    repo: Repo,
    settings: Settings,
    proposal: Proposal,
    head: str,
    request: ChoiceRequest,
) -> BranchMove | None:
    """Make the commit that chooses an option, on top of a branch.

    None where the file says other things than were proposed, or chooses it already.
    """
    path = repo.path(proposal.path)
    text = read_files(repo, head, [path]).get(path)
    proposed = read_files(repo, proposal.commit or "", [path]).get(path)
    if not text or not proposed or not only_choice_differs(proposed, text):
        return None
    if choice(text) == request.option:
        return None
    message = (
        f"Choose {request.option} for {proposal.name}\n\n"
        f"{ASKED_BY}: {request.by}\n{ASKED_IN}: {request.place}\n"
    )
    message += f"{REASON}: {request.reason}\n" if request.reason else ""
    change = CommitChange(message, {path: with_choice(text, request.option)})
    commit = build(repo, head, change, engine_signature(settings, request.on))
    return BranchMove(proposal.branch, head, commit)


def chosen_in(repo: Repo, base: str, head: str) -> frozenset[str]:
    """List where the choices were made that a branch carries on top of a commit."""
    wanted = f"--format=%(trailers:key={ASKED_IN},valueonly)"
    output = git(repo.top, "log", wanted, f"{base}..{head}").decode(errors="replace")
    return frozenset(filter(None, map(str.strip, output.split("\n"))))


def place_of(repo: Repo, commit: str) -> str:
    """Return where the choice was made that a commit carries, "" for none."""
    wanted = f"--format=%(trailers:key={ASKED_IN},valueonly)"
    output = git(repo.top, "log", "--max-count=1", wanted, commit)
    return output.decode(errors="replace").strip()


def carried_over(
    repo: Repo, proposal: Proposal, head: str, onto: str, settings: Settings, day: date
) -> str:
    """Put the choice that a branch carries on top of its renewed proposal.

    Returns *onto* where it carries none, or one that is no option any more.
    """
    path = repo.path(proposal.path)
    edited = read_files(repo, head, [path]).get(path, b"")
    renewed = read_files(repo, onto, [path]).get(path, b"")
    chosen = choice(edited)
    if chosen == choice(renewed) or chosen not in proposal.choices:
        return onto
    args = ("log", "--max-count=1", "--format=%B", f"{proposal.commit}..{head}")
    message = git(repo.top, *args, "--", path).decode(errors="replace")
    change = CommitChange(
        message.rstrip("\n") + "\n", {path: with_choice(renewed, chosen)}
    )
    return build(repo, onto, change, engine_signature(settings, day))


def only_choices(repo: Repo, proposal: Proposal, head: str) -> bool:
    """Whether all that changed a proposal's file since is choices made in words."""
    path = repo.path(proposal.path)
    if proposal.commit is None:
        return False
    wanted = f"--format=%H %(trailers:key={ASKED_IN},valueonly)"
    done = run_git(repo.top, "log", wanted, f"{proposal.commit}..{head}", "--", path)
    rows = [row for row in done.stdout.decode(errors="replace").split("\n") if row]
    named = [row.partition(" ") for row in rows]
    if done.returncode or not all(place.strip() for _, _, place in named):
        return False
    texts = [
        read_files(repo, commit, [path]).get(path) for commit in (proposal.commit, head)
    ]
    old, new = texts
    return old is not None and new is not None and only_choice_differs(old, new)
