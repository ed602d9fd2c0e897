"""Contents of git's objects, read many at a time."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from goodterms.git import Repo
from goodterms.git.command import git, line
from goodterms.yaml.journal_scan import SkimmedDocument, odd_line, written

_SHA1 = 40


@dataclass(frozen=True, slots=True)
class AppendedDocuments:
    """What a journal grew by, and what its documents do."""

    text: bytes
    documents: tuple[SkimmedDocument, ...]


@dataclass(slots=True)
class GitObjects:
    """Blobs by id and paths by commit; what was fetched ahead costs nothing later."""

    repo: Repo
    _texts: dict[str, bytes] = field(default_factory=dict)
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _appended: dict[tuple[str | None, str | None], AppendedDocuments | None] = field(
        default_factory=dict
    )

    def text(self, id_: str | None) -> bytes:
        """Return the content of a blob; b"" for none, and for what is no blob."""
        if not id_:
            return b""
        if id_ not in self._texts:
            self.read([id_])
        return self._texts[id_]

    def fetch(self, ids: Iterable[str]) -> None:
        """Read these blobs, and forget those that are not among them."""
        wanted = dict.fromkeys(ids)
        self._appended.clear()
        self._texts = {id_: t for id_, t in self._texts.items() if id_ in wanted}
        self.read(wanted)

    def read(self, ids: Iterable[str]) -> None:
        """Read these blobs, and keep all that is known."""
        missing = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._texts]
        if missing:
            asked = "".join(f"{id_}\n" for id_ in missing).encode()
            told = git(self.repo.top, "cat-file", "--batch", stdin=asked)
            self._texts.update(zip(missing, _contents(told), strict=True))

    def appended(self, old: str | None, new: str | None) -> AppendedDocuments | None:
        """Return what a journal grew by; None where the engine cannot have done it."""
        if (old, new) not in self._appended:
            added = added_to(self.text(old), self.text(new)) if new else None
            told = AppendedDocuments(added, tuple(written(added))) if added else None
            self._appended[old, new] = told
        return self._appended[old, new]

    def add(self, content: bytes, like: str) -> str:
        """Keep a content that git does not have; returns the id that it would have."""
        id_ = blob_id(content, like)
        self._texts[id_] = content
        return id_

    def at(self, commit: str, path: str) -> str | None:
        """Return the id of what a commit has at a path from the root, None for none."""
        if (commit, path) not in self._found:
            self.look_up([(commit, path)])
        return self._found[commit, path]

    def look_up(self, places: Iterable[tuple[str, str]]) -> None:
        """Find what commits have at paths, all at once."""
        wanted = [place for place in dict.fromkeys(places) if place not in self._found]
        for commit, name in [place for place in wanted if "\n" in place[1]]:
            wanted.remove((commit, name))
            self._found[commit, name] = self._odd(commit, name)
        if not wanted:
            return
        path = self.repo.path
        asked = b"".join(
            f"{commit}:{path(name)}\n".encode(errors="surrogateescape")
            for commit, name in wanted
        )
        told = git(self.repo.top, "cat-file", "--batch-check", stdin=asked)
        for place, row in zip(wanted, told.splitlines(), strict=True):
            parts = row.split(b" ")
            known = parts[-1] != b"missing"
            self._found[place] = parts[0].decode() if known else None

    def _odd(self, commit: str, name: str) -> str | None:
        """Look up a name that would end a line."""
        asked = f"{commit}:{self.repo.path(name)}"
        args = ("--verify", "--quiet", asked)
        told = git(self.repo.top, "rev-parse", *args, accept=(0, 1, 128))
        return line(told) or None


def added_to(old: bytes, new: bytes) -> bytes | None:
    """Return what the engine appended; None where it was no append of the engine's."""
    start = old if not old or old.endswith(b"\n") else old + b"\n"
    added = new[len(start) :]
    if not new.startswith(start) or not added.startswith(b"---\n"):
        return None
    return None if odd_line(added) is not None else added


def blob_id(content: bytes, like: str) -> str:
    """Return the id that git gives a content, by the hash that *like* was made with."""
    made = hashlib.sha1 if len(like) == _SHA1 else hashlib.sha256
    return made(b"blob %d\0" % len(content) + content).hexdigest()


def _contents(told: bytes) -> Iterable[bytes]:
    """Take apart what ``cat-file --batch`` printed."""
    start = 0
    while start < len(told):
        end = told.index(b"\n", start)
        head = told[start:end].split(b" ")
        start = end + 1
        if head[-1] == b"missing":
            yield b""
            continue
        size = int(head[2])
        yield told[start : start + size] if head[1] == b"blob" else b""
        start += size + 1
