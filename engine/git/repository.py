"""Which repository a root lies in, and where its truth is."""

from dataclasses import dataclass
from pathlib import Path

from goodterms.git.command import GitError, git, line, run_git
from goodterms.model.refusal import RefusalError

#: The branch that everybody's truth is on.
MAIN = "main"

#: What a workspace reads, below the root.
READ = ("goodterms.yaml", "ledger", "policies", "templates")


class NoRepositoryError(RefusalError):
    """A folder is in no checkout of a git repository."""


@dataclass(frozen=True, slots=True)
class Repo:
    """A checkout and the repository it belongs to.

    ``prefix`` is the root's folder inside the checkout, "" or "books/";
    ``common`` is git's own folder and ``own`` what it keeps for this checkout
    alone; ``remote`` is None where local ``main`` is the truth.
    """

    top: Path
    prefix: str
    common: Path
    own: Path
    remote: str | None

    @property
    def root(self) -> Path:
        """The folder with goodterms.yaml in the user's checkout."""
        return self.top / self.prefix

    def path(self, name: str) -> str:
        """Return the path in the repository of a file named from the root."""
        return f"{self.prefix}{name}"


def open_repo(root: Path) -> Repo:
    """Find the repository of a root; RefusalError says what is missing."""
    found = run_git(
        root,
        "rev-parse",
        "--path-format=absolute",
        "--show-toplevel",
        "--git-common-dir",
        "--git-dir",
        "--show-prefix",
    )
    if found.returncode:
        said = found.stderr.decode(errors="replace")
        if "not a git repository" not in said and "work tree" not in said:
            raise GitError(("rev-parse",), found.returncode, said)
        here = [name for name in READ if (root / name).exists()]
        add = " ".join(here or ["goodterms.yaml"])
        raise NoRepositoryError(
            f"'{root}' is not in the checkout of a git repository",
            f"make it one: git init -b main && git add {add} && git commit -m Start",
        )
    top, common, own, prefix = found.stdout.decode().split("\n")[:4]
    return Repo(Path(top), prefix, Path(common), Path(own), _remote(Path(top)))


def _remote(top: Path) -> str | None:
    names = line(git(top, "remote")).split()
    if "origin" in names or not names:
        return "origin" if names else None
    if len(names) > 1:
        raise RefusalError(
            f"of the remotes {', '.join(names)} none is called origin",
            f"rename the one with the ledger: git remote rename {names[0]} origin",
        )
    return names[0]
