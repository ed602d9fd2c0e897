"""The first line of a record that came from a form: so it comes from it only once."""

from engine.repo import Repo, read_files
from engine.repo.git import git


def stamp(repository: str, number: int) -> str:
    """Return the line, a comment of YAML: ``# from acme/ledger#17``."""
    return f"# from {repository}#{number}"


def find_stamped(repo: Repo, commit: str, line: str) -> tuple[str, str] | None:
    """Find the record that begins with a line: its path from the top, and the rest."""
    told = git(
        repo.top,
        "grep",
        "--files-with-matches",
        "--fixed-strings",
        "--null",
        "-e",
        line,
        commit,
        "--",
        f":(top,glob){repo.path('ledger/*/records/*.yaml')}",
        accept=(0, 1),
    )
    names = [name.partition(":")[2] for name in told.decode().split("\0") if name]
    for path, content in read_files(repo, commit, names).items():
        first, _, rest = content.decode(errors="replace").partition("\n")
        if first == line:
            return path, rest
    return None
