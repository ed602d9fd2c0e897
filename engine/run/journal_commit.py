"""Write to journals: documents are appended, and nothing is ever rewritten."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from goodterms.git import (
    MAIN,
    BranchMove,
    CommitChange,
    PushResult,
    Repo,
    build,
    engine_signature,
    publish,
    read_files,
)
from goodterms.model.journal import EntryTime, JournalDocument
from goodterms.model.paths import journal_path
from goodterms.model.settings import Settings
from goodterms.yaml.ledger_documents import journal_text


@dataclass(frozen=True, slots=True)
class JournalWriter:
    """Who writes, where and when."""

    repo: Repo
    settings: Settings
    when: EntryTime


@dataclass(frozen=True, slots=True)
class JournalAdditions:
    """What one commit of main adds: documents by account, and whole files.

    ``removes`` are the paths of files that it takes away.
    """

    message: str
    documents: Mapping[str, Sequence[JournalDocument]]
    files: Mapping[str, bytes]
    removes: tuple[str, ...] = ()


def journal_git_path(repo: Repo, account: str) -> str:
    """Return the path of an account's journal from the top of the repository."""
    return repo.path(journal_path(account))


def commit_page(journal: JournalWriter, base: str, additions: JournalAdditions) -> str:
    """Make the commit that adds a page to main; main does not move yet."""
    paths = {
        account: journal_git_path(journal.repo, account)
        for account in additions.documents
    }
    old = read_files(journal.repo, base, paths.values())
    files = dict(additions.files)
    for account, documents in additions.documents.items():
        path = paths[account]
        files[path] = _ended(old.get(path, b"")) + journal_text(documents).encode()
    signature = engine_signature(journal.settings, journal.when.day)
    change = CommitChange(additions.message, files, removes=additions.removes)
    return build(journal.repo, base, change, signature)


def push_page(
    journal: JournalWriter,
    base: str,
    additions: JournalAdditions,
    branches: Iterable[BranchMove] = (),
) -> tuple[str, PushResult]:
    """Add a page to main, and move branches with it, if main still is at *base*."""
    commit = commit_page(journal, base, additions)
    return commit, publish(journal.repo, [BranchMove(MAIN, base, commit), *branches])


def _ended(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"
