"""Write to journals: documents are appended, and nothing is ever rewritten."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.decision.entries import Moment
from engine.journal import Document
from engine.repo import (
    MAIN,
    Change,
    Move,
    Pushed,
    Repo,
    build,
    engine_signature,
    publish,
    read_files,
)
from engine.settings import Settings
from engine.text.dump import journal_text


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, where and when."""

    repo: Repo
    settings: Settings
    when: Moment


@dataclass(frozen=True, slots=True)
class Page:
    """What one commit of main adds: documents by account, and whole files.

    ``removes`` are the paths of files that it takes away.
    """

    message: str
    documents: Mapping[str, Sequence[Document]]
    files: Mapping[str, bytes]
    removes: tuple[str, ...] = ()


def journal_path(repo: Repo, account: str) -> str:
    """Return the path of an account's journal from the top of the repository."""
    return repo.path(f"ledger/{account}/journal.yaml")


def commit_page(pen: Pen, base: str, page: Page) -> str:
    """Make the commit that adds a page to main; main does not move yet."""
    paths = {account: journal_path(pen.repo, account) for account in page.documents}
    old = read_files(pen.repo, base, paths.values())
    files = dict(page.files)
    for account, documents in page.documents.items():
        path = paths[account]
        files[path] = _ended(old.get(path, b"")) + journal_text(documents).encode()
    signature = engine_signature(pen.settings, pen.when.day)
    change = Change(page.message, files, removes=page.removes)
    return build(pen.repo, base, change, signature)


def push_page(
    pen: Pen, base: str, page: Page, branches: Iterable[Move] = ()
) -> tuple[str, Pushed]:
    """Add a page to main, and move branches with it, if main still is at *base*."""
    commit = commit_page(pen, base, page)
    return commit, publish(pen.repo, [Move(MAIN, base, commit), *branches])


def _ended(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"
