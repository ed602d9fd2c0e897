"""The git repository around a ledger: the only door to git there is."""

from goodterms.git.branch_moves import BranchMove
from goodterms.git.checkout import (
    changes_line_ends,
    fast_forward,
    uncommitted,
    unpushed,
)
from goodterms.git.command import GitError
from goodterms.git.commits import (
    CommitChange,
    CommitSignature,
    build,
    engine_signature,
    find_commit,
    is_ancestor,
    knows,
    message_of,
    read_files,
)
from goodterms.git.push import ProtectedError, PushResult, after, publish
from goodterms.git.refs import Refs, known_refs, read_refs
from goodterms.git.repository import MAIN, NoRepositoryError, Repo, open_repo
from goodterms.git.snapshot import CommitFiles, bring_to, files_of, is_shown, snapshot

__all__ = [
    "MAIN",
    "BranchMove",
    "CommitChange",
    "CommitFiles",
    "CommitSignature",
    "GitError",
    "NoRepositoryError",
    "ProtectedError",
    "PushResult",
    "Refs",
    "Repo",
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
