"""The mark of the form that a record or line came from: each is recorded once."""

from collections.abc import Mapping

from goodterms.git import Repo, read_files
from goodterms.git.command import git, names_in

#: Where what came from a form may stand: records begin with it, lines end with it.
_RECORDS, _INVOICES = "ledger/*/records/*.yaml", "ledger/*/invoices/*.yaml"


def stamp(repository: str, number: int) -> str:
    """Return the comment of YAML: ``# from acme/ledger#17``."""
    return f"# from {repository}#{number}"


def find_stamped(repo: Repo, commit: str, mark: str) -> Mapping[str, str]:
    """Find what came from a form: files by their path from the top, whole."""
    output = git(
        repo.top,
        "grep",
        "--files-with-matches",
        "--fixed-strings",
        "--null",
        "-e",
        mark,
        commit,
        "--",
        *(f":(top,glob){repo.path(pattern)}" for pattern in (_RECORDS, _INVOICES)),
        accept=(0, 1),
    )
    names = [name.partition(":")[2] for name in names_in(output)]
    contents = {
        path: content.decode(errors="replace")
        for path, content in read_files(repo, commit, sorted(names)).items()
    }
    return {path: text for path, text in contents.items() if what_came(text, mark)}


def what_came(text: str, mark: str) -> str:
    """Return what of a file came from a form: a whole record, lines of an invoice."""
    first, _, rest = text.partition("\n")
    if first == mark:
        return rest
    lines = [line.rstrip() for line in text.split("\n")]
    stamped = [line.removesuffix(mark) for line in lines if line.endswith(f" {mark}")]
    return "\n".join(line.strip() for line in stamped)
