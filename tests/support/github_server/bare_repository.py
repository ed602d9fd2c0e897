"""The bare repository behind the server, and every git command it runs."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ZERO = "0" * 40
HEADS = "refs/heads/"

_CONFIG = {
    "http.receivepack": "true",
    "receive.advertiseAtomic": "true",
    "receive.hideRefs": "refs/pull",
    "receive.denyDeleteCurrent": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "gc.auto": "0",
    "core.fsync": "none",
}


class BareError(Exception):
    """A git command failed that should not have."""


class MovedError(Exception):
    """A branch was not where it was thought to be."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, for a commit; *at* in seconds since 1970."""

    name: str
    email: str
    at: int

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {self.at} +0000"


@dataclass(frozen=True, slots=True)
class Commit:
    """What `Bare.write` makes: the files are texts, or None to delete."""

    message: str
    author: Signature
    committer: Signature
    files: Mapping[str, bytes | None]


def environment() -> dict[str, str]:
    """Return an environment in which git obeys no one else's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    off = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return kept | off | {"GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare repository on disk."""

    path: Path

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        accept: Sequence[int] = (0,),
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git here; another exit code than those accepted is an error."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *args],
            input=stdin,
            env=environment() | dict(env or {}),
            capture_output=True,
            check=False,
        )
        if done.returncode not in accept:
            raise BareError(f"git {' '.join(args)}: {done.stderr.decode()}")
        return done

    def text(self, *args: str) -> str:
        """Run git here and return what it says, without surrounding space."""
        return self.run(*args).stdout.decode().strip()

    def lines(self, *args: str) -> list[str]:
        """Run git here and return the lines it says."""
        return self.text(*args).splitlines()

    def resolve(self, name: str) -> str | None:
        """Find the object that a revision names; None when there is none."""
        args = ["rev-parse", "--verify", "--quiet", "--end-of-options", name]
        done = self.run(*args, accept=(0, 1, 128))
        return done.stdout.decode().strip() or None

    def blob(self, sha: str) -> bytes:
        """Read a file's content."""
        return self.run("cat-file", "blob", sha).stdout

    def branches(self) -> dict[str, str]:
        """Read where every branch points, without starting git."""
        packed = self.path / "packed-refs"
        told = packed.read_text().splitlines() if packed.exists() else []
        pairs = [line.split(" ", 1) for line in told if line[0] not in "#^"]
        refs = {name.removeprefix(HEADS): sha for sha, name in pairs if HEADS in name}
        root = self.path / HEADS
        for file in root.rglob("*"):
            if file.is_file() and file.suffix != ".lock":
                refs[str(file.relative_to(root))] = file.read_text().strip()
        return dict(sorted(refs.items()))

    def reaches(self, tip: str, commit: str) -> bool:
        """Tell whether *commit* is *tip* or one of its ancestors."""
        args = ["merge-base", "--is-ancestor", commit, tip]
        return self.run(*args, accept=(0, 1)).returncode == 0

    def move(self, moves: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Move full refs from old to new together; None stands for absent."""
        rows = [
            f"update {ref} {b or ZERO} {a or ZERO}" for ref, (a, b) in moves.items()
        ]
        done = self.run(
            *["update-ref", "--stdin"],
            stdin="\n".join(["start", *rows, "prepare", "commit", ""]).encode(),
            accept=(0, 128),
        )
        if done.returncode:
            raise MovedError(done.stderr.decode())

    def point(self, refs: Mapping[str, str]) -> None:
        """Point full refs somewhere, wherever they were."""
        rows = [f"update {ref} {sha}\n" for ref, sha in refs.items()]
        self.run("update-ref", "--stdin", stdin="".join(rows).encode())

    def commit_tree(self, tree: str, parents: Sequence[str], commit: Commit) -> str:
        """Make a commit of a tree that exists; its *files* are not looked at."""
        named = [word for parent in parents for word in ("-p", parent)]
        done = self.run(
            *["commit-tree", tree, *named],
            stdin=commit.message.encode(),
            env=signed(commit.author, commit.committer),
        )
        return done.stdout.decode().strip()

    def write(self, branch: str, parent: str | None, commit: Commit) -> str:
        """Commit files on top of *parent* and move the branch there."""
        feed = _stream(branch, parent, commit)
        done = self.run(
            *["fast-import", "--quiet", "--date-format=raw"],
            stdin=feed,
            accept=(0, 1),
        )
        if done.returncode:
            raise MovedError(done.stderr.decode())
        return self.branches()[branch]

    @contextmanager
    def worktree(self, commit: str) -> Iterator[Path]:
        """Check a commit out in a folder of its own, for as long as it is needed."""
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            self.run("worktree", "add", "--detach", str(tree), commit)
            try:
                yield tree
            finally:
                self.run("worktree", "remove", "--force", str(tree))


def signed(author: Signature, committer: Signature) -> dict[str, str]:
    """Name author and committer in the environment of a git command."""
    return {
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.email,
        "GIT_AUTHOR_DATE": f"{author.at} +0000",
        "GIT_COMMITTER_NAME": committer.name,
        "GIT_COMMITTER_EMAIL": committer.email,
        "GIT_COMMITTER_DATE": f"{committer.at} +0000",
    }


def _stream(branch: str, parent: str | None, commit: Commit) -> bytes:
    head = f"commit {HEADS}{branch}\nauthor {commit.author}\n"
    head += f"committer {commit.committer}\n"
    parts = [head.encode(), _data(commit.message.encode())]
    if parent:
        parts.append(f"from {parent}\n".encode())
    for path, content in commit.files.items():
        if content is None:
            parts.append(f"D {path}\n".encode())
        else:
            parts += [f"M 100644 inline {path}\n".encode(), _data(content)]
    return b"".join([*parts, b"\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def create(path: Path) -> Bare:
    """Make an empty bare repository, with main as its default branch."""
    path.mkdir(parents=True)
    bare = Bare(path)
    bare.run("init", "-q", "--bare", "-b", "main", "--template=", ".")
    config = path / "config"
    sections: dict[str, list[str]] = {}
    for key, value in _CONFIG.items():
        section, name = key.split(".")
        sections.setdefault(section, []).append(f"\t{name} = {value}\n")
    added = "".join(f"[{name}]\n{''.join(rows)}" for name, rows in sections.items())
    config.write_text(config.read_text() + added)
    return bare
