"""How a file came to main: the commits since it was last absent."""

from dataclasses import dataclass

from goodterms.git import Repo
from goodterms.git.command import git


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The commits of main that brought a file and changed it since, newest first.

    ``parents`` are those of the newest; ``onto`` is main right before the first.
    """

    commits: tuple[str, ...]
    parents: tuple[str, ...]
    onto: str | None


def arrival(repo: Repo, tip: str, path: str) -> FileHistory | None:
    """Follow a file on main back to where it was not; None where it is not now.

    *path* counts from the top. What lies before a removal does not count: a file
    that was taken away and came again has come once.
    """
    output = git(
        repo.top,
        "log",
        "--first-parent",
        "--diff-merges=first-parent",
        "--no-renames",
        "--name-status",
        "--format=%x1e%H %P",
        *[tip, "--", path],
    ).decode(errors="replace")
    commits: list[tuple[str, ...]] = []
    for row in output.split("\x1e")[1:]:
        head, _, status = row.strip().partition("\n")
        if status.strip().startswith("D"):
            break
        commits.append(tuple(head.split()))
        if status.strip().startswith("A"):
            break
    if not commits:
        return None
    newest, oldest = commits[0], commits[-1]
    onto = oldest[1] if len(oldest) > 1 else None
    return FileHistory(tuple(row[0] for row in commits), newest[1:], onto)
