"""The git repository around a ledger: the only door to git there is."""

from engine.repo.checkout import (
    changes_line_ends,
    fast_forward,
    uncommitted,
    unpushed,
)
from engine.repo.commits import (
    Change,
    Signature,
    build,
    engine_signature,
    find_commit,
    is_ancestor,
    knows,
    message_of,
    read_files,
)
from engine.repo.git import GitError
from engine.repo.moves import Move
from engine.repo.place import MAIN, NoRepositoryError, Repo, open_repo
from engine.repo.publish import ProtectedError, Pushed, after, publish
from engine.repo.refs import Refs, known_refs, read_refs
from engine.repo.tree import Files, bring_to, files_of, is_shown, snapshot

__all__ = [
    "MAIN",
    "Change",
    "Files",
    "GitError",
    "Move",
    "NoRepositoryError",
    "ProtectedError",
    "Pushed",
    "Refs",
    "Repo",
    "Signature",
    "after",
    "bring_to",
    "build",
    "changes_line_ends",
    "engine_signature",
    "fast_forward",
    "files_of",
    "find_commit",
    "is_ancestor",
    "is_shown",
    "known_refs",
    "knows",
    "message_of",
    "open_repo",
    "publish",
    "read_files",
    "read_refs",
    "snapshot",
    "uncommitted",
    "unpushed",
]
