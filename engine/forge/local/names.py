"""Who approved a proposal, read from the commits of its branch."""

from collections.abc import Sequence

from goodterms.forge.protocol import Proposal
from goodterms.git import Refs, Repo
from goodterms.git.command import git, names_in, printable

APPROVED_BY = "Approved-by"
MERGED_ON = "Merged-on"
REASON = "Reason"

_FIELD = "\x1f"
_NEXT = "\x1e"


def names_on(repo: Repo, base: str, head: str, path: str) -> tuple[str, ...]:
    """List, sorted, the names on a branch for the file as it stands at its head.

    Names on commits before the file's last change stand for another text and
    do not count. *base* is main's commit, *path* counts from the top.
    """
    trailer = f"%(trailers:key={APPROVED_BY},valueonly,separator=%x1e)"
    output = git(
        repo.top,
        "log",
        "-z",
        "--first-parent",
        f"--format=%H%x1f{trailer}",
        f"{base}..{head}",
    )
    rows = [printable(row).split(_FIELD) for row in names_in(output)]
    names: set[str] = set()
    current = blob(repo, head, path)
    for commit, listed in rows:
        if blob(repo, commit, path) != current:
            break
        names.update(name.strip() for name in listed.split(_NEXT) if name.strip())
    return tuple(sorted(names))


def members_on(
    repo: Repo, refs: Refs, proposal: Proposal, team: Sequence[str]
) -> tuple[str, ...]:
    """List who of a team has put their name to a proposal as its file stands now."""
    head = refs.proposals.get(proposal.branch)
    if head in (None, proposal.commit):
        return ()
    named = names_on(repo, refs.main, head or "", repo.path(proposal.path))
    return tuple(name for name in named if name in team)


def reason_on(repo: Repo, base: str, head: str) -> str | None:
    """Return the latest reason that an approval on a branch gives, None without."""
    wanted = f"--format=%(trailers:key={REASON},valueonly,unfold)%x1e"
    output = git(repo.top, "log", "--first-parent", wanted, f"{base}..{head}")
    reasons = (
        reason.strip() for reason in output.decode(errors="replace").split(_NEXT)
    )
    return next((reason for reason in reasons if reason), None)


def blob(repo: Repo, commit: str, path: str) -> bytes:
    """Name the content of a file at a commit; b"" where there is none."""
    return git(
        repo.top,
        *["rev-parse", "--verify", "--quiet", f"{commit}:{path}"],
        accept=(0, 1),
    ).strip()
