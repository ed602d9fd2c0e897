"""Write the first files: nothing of the user's is overwritten, or committed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from goodterms.git.command import git, refuse_foreign, run_git
from goodterms.model.refusal import RefusalError

#: What git is told to pass over: messages, exports, an environment of Python's.
_IGNORED = ("outbox/", "imports/", ".venv/")

#: What git is told about a ledger: what is left out, and to leave line ends alone.
FOR_GIT = {
    ".gitignore": "".join(f"{each}\n" for each in _IGNORED).encode(),
    ".gitattributes": b"# What was sent stays, byte by byte, line ends too.\n* -text\n",
}

_README = "README.md"

#: Where the page for a colleague goes, in a folder that has a README.md of its own.
_README_ELSEWHERE = "ledger/README.md"

#: Files of the user's that a first file of the same name is no reason to refuse.
_SHARED = (".gitignore", _README)

#: How many names a sentence lists.
_FEW = 3

_WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Good Terms"), ("EMAIL", "engine@goodterms.invalid"))
}


@dataclass(frozen=True, slots=True)
class InitResult:
    """The files that were written, whether they are committed, and the page's name."""

    files: tuple[str, ...]
    committed: bool
    readme: str


def begin(
    folder: Path, files: Mapping[str, bytes], *, here: bool = False
) -> InitResult:
    """Write the first files, and commit them, and no others, in a new repository.

    Inside a repository they are written only. A folder that holds files already
    is refused unless *here* says that it is meant, and always where it holds one of
    these; it is left as it was then, and so it is where something goes wrong.
    """
    whole = {**files, **FOR_GIT, "ledger/.gitkeep": b""}
    whole[".gitignore"] = _ignored(folder)
    if (folder / ".gitattributes").exists():
        del whole[".gitattributes"]
    page = _README
    if (folder / _README).exists():
        page = _README_ELSEWHERE
        whole[page] = whole.pop(_README)
    _refuse_others(folder, whole, here=here)
    made = _WrittenFiles(folder)
    try:
        for name, content in whole.items():
            made.write(name, content)
        made.mkdir("imports")
        committed = _commit(folder, made, whole)
    except BaseException:
        made.undo()
        raise
    return InitResult(tuple(whole), committed, page)


class _WrittenFiles:
    """What was made so far, to be taken away again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[Path, bytes | None] = {}
        self.folders: list[Path] = []
        self.repository = False

    def mkdir(self, name: str) -> None:
        path = self.folder / name
        self.folders += _missing(path)
        path.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        self.mkdir(str(Path(name).parent))
        self.files[path] = path.read_bytes() if path.exists() else None
        path.write_bytes(content)

    def undo(self) -> None:
        """Bring the folder back to what it was."""
        if self.repository:
            rmtree(self.folder / ".git", ignore_errors=True)
        for path, before in self.files.items():
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        for folder in sorted(set(self.folders), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _missing(folder: Path) -> list[Path]:
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _ignored(folder: Path) -> bytes:
    """Add to the user's .gitignore what is not in it."""
    file = folder / ".gitignore"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    missing = [each for each in _IGNORED if each not in text.split()]
    gap = "" if not text or text.endswith("\n") else "\n"
    return (text + gap + "".join(f"{each}\n" for each in missing)).encode()


def _refuse_others(folder: Path, whole: Mapping[str, bytes], *, here: bool) -> None:
    """Refuse a folder in which something of the user's would be touched or joined."""
    if folder.exists() and not folder.is_dir():
        raise RefusalError(f"'{folder}' is a file", "name a folder")
    for name in whole:
        if (folder / name).exists() and name not in _SHARED:
            raise RefusalError(
                f"'{folder / name}' exists already", "choose an empty folder"
            )
    held = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    others = [name for name in held if name != ".git"]
    if others and not here:
        few = ", ".join(others[:_FEW])
        more = f" and {len(others) - _FEW} more" if others[_FEW:] else ""
        raise RefusalError(
            f"'{folder}' is not empty: it holds {few}{more}",
            "name a new folder, or add --here to write beside them; nothing of"
            " yours is overwritten or committed",
        )


def _commit(folder: Path, made: _WrittenFiles, whole: Mapping[str, bytes]) -> bool:
    """Make a folder outside of git a repository, with one commit on ``main``."""
    inside = run_git(folder, "rev-parse", "--is-inside-work-tree")
    refuse_foreign(inside)
    if inside.returncode == 0:
        return False
    made.repository = True
    git(folder, "init", "--quiet", "--initial-branch=main")
    names = "".join(f"{name}\0" for name in whole).encode()
    how = ("--force", "--pathspec-from-file=-", "--pathspec-file-nul")
    git(folder, "add", *how, stdin=names)
    told = ("--quiet", "--no-gpg-sign", "--message", "Start with Good Terms")
    git(folder, "commit", *told, env=_WHO)
    return True
