"""What the engine's own commits look like, and which files they alone may change.

Anybody who can push can write a commit that looks the same: the shape tells slips
and plain edits from the engine's work, it proves nothing about who pushed.
"""

import re

from goodterms.provenance.revisions import CommitRevision, FileDelta

#: How the subjects of commits begin in which the engine writes journals.
CLAIMED = "Claim what is due on "
CONCLUDED = "Record outcomes: "
DECIDED = "Record what was decided"
RESOLVED = "Resolve "
DECLINED = "Decline "
POSTED = "Note what was posted"
_SUBJECTS = (CLAIMED, CONCLUDED, DECIDED, RESOLVED, DECLINED, POSTED)

#: What those commits change.
_ITS_OWN = ("journal", "message")

_NAME = "Good Terms"
_MAILBOX = "engine@"

#: Who commits what is merged on the pages of GitHub.
_GITHUB = "noreply@github.com"
#: How git and GitHub call a merge that brings main into another branch.
_MAIN_CAME = ("Merge branch 'main'", "Merge remote-tracking branch")

_KEPT = re.compile(
    r"ledger/(?P<account>[^/]+)/"
    r"(?:(?P<journal>journal\.yaml)"
    r"|messages/(?P<message>[^/]+)\.md"
    r"|decisions/(?P<decision>[^/]+)\.yaml)"
)


def account_of(path: str) -> str:
    """Return the account that a kept file belongs to."""
    return path.split("/")[1]


def id_of(path: str) -> str:
    """Return the id that a message, a decision or an invoice has: its file's name."""
    return path.rpartition("/")[2].rpartition(".")[0]


def sort_of(path: str) -> str | None:
    """Say whether a file is a journal, a message or a decision; None for others."""
    found = _KEPT.fullmatch(path)
    return found.lastgroup if found else None


def is_engines(revision: CommitRevision) -> bool:
    """Whether a commit has the shape of those in which the engine writes journals.

    One that a person has made anew, by a rebase or to add to it, may change more.
    """
    return is_signed(revision) and (
        revision.committer != revision.author
        or all(_is_its_own(revision, delta) for delta in revision.deltas)
    )


def _is_its_own(revision: CommitRevision, delta: FileDelta) -> bool:
    """Whether the engine changes such a file so; a no takes a decision's file away."""
    taken_back = revision.subject.startswith(DECLINED) and delta.new is None
    sort = sort_of(delta.path)
    return sort in _ITS_OWN or (taken_back and sort == "decision")


def is_signed(revision: CommitRevision) -> bool:
    """Whether a commit says that it is one of those, whatever it changed.

    What a person rebased keeps its author; on GitHub's pages that is no more than a
    pull request said.
    """
    return (
        len(revision.parents) == 1
        and _is_engine(*revision.author)
        and revision.committer[1] != _GITHUB
        and revision.subject.startswith(_SUBJECTS)
    )


def brings_main(revision: CommitRevision) -> bool:
    """Whether a merge may bring commits of the engine that its first parent lacks.

    A person who pulls before pushing makes such a merge; one that answers a proposal
    or a pull request brings only what was asked for.
    """
    if _is_engine(*revision.committer):
        return False
    made_there = revision.committer[1] == _GITHUB
    return not made_there or revision.subject.startswith(_MAIN_CAME)


def _is_engine(name: str, address: str) -> bool:
    return name == _NAME and address.startswith(_MAILBOX)
