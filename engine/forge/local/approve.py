"""Approve a proposal by name; with enough names it is merged."""

from dataclasses import dataclass
from datetime import date

from goodterms.forge.decision_file import choice, only_choice_differs, with_choice
from goodterms.forge.local.names import APPROVED_BY, MERGED_ON, REASON, names_on
from goodterms.forge.protocol import Proposal
from goodterms.git import (
    MAIN,
    BranchMove,
    CommitChange,
    CommitSignature,
    Refs,
    Repo,
    build,
    engine_signature,
    read_files,
)
from goodterms.model.policy import Approval
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A person says yes to a proposal; ``choose`` None: to what its file says.

    ``reason`` is one line.
    """

    repo: Repo
    settings: Settings
    refs: Refs
    proposal: Proposal
    name: str
    day: date
    choose: str | None = None
    reason: str | None = None

    @property
    def path(self) -> str:
        """The proposal's file, from the top of the repository."""
        return self.repo.path(self.proposal.path)

    @property
    def head(self) -> str:
        """Where the proposal's branch stands; RefusalError where there is none."""
        head = self.refs.proposals.get(self.proposal.branch)
        if head is None:
            raise RefusalError(
                f"{self.proposal.name} has no branch {self.proposal.branch} any more",
                "it was approved or declined; the next run writes down which",
            )
        return head


@dataclass(frozen=True, slots=True)
class ApprovalDraft:
    """The effect of an approval: the moves to publish, and who has approved by then.

    ``choose_before`` is what the file chose until then; ``dropped`` are those who had
    approved that, and do not count any more where it is another choice now.
    """

    moves: tuple[BranchMove, ...]
    by: tuple[str, ...]
    needed: int
    choose: str
    choose_before: str
    dropped: tuple[str, ...] = ()

    @property
    def merges(self) -> bool:
        """Whether these names are enough."""
        return len(self.by) >= self.needed


def prepare_approval(request: ApprovalRequest) -> ApprovalDraft:
    """Prepare an approval; nothing moves before the moves are published.

    RefusalError says why this person cannot approve this proposal now.
    """
    approval = _approval(request)
    text = _text(request)
    chosen = with_choice(text, _chosen(request, text))
    head = request.head
    names_before = _names(request, head)
    if chosen != text or request.name not in names_before:
        head = _named(request, {request.path: chosen} if chosen != text else {})
    team = request.settings.teams[approval.by]
    by = tuple(name for name in _names(request, head) if name in team)
    moves: tuple[BranchMove, ...] = ()
    if len(by) >= approval.count:
        moves = _merging(request, head, chosen)
    elif head != request.head:
        moves = (BranchMove(request.proposal.branch, request.head, head),)
    dropped = tuple(name for name in names_before if name in team and name not in by)
    return ApprovalDraft(
        moves, by, approval.count, choice(chosen), choice(text), dropped
    )


def _approval(request: ApprovalRequest) -> Approval:
    proposal, approval = request.proposal, request.proposal.approval
    if approval is None or proposal.flaw:
        flaw, _, hint = proposal.unapprovable.partition(": ")
        raise RefusalError(f"{proposal.name} cannot be approved: {flaw}", hint, code=1)
    if request.day > proposal.expires:
        raise RefusalError(f"{proposal.name} expired on {proposal.expires}")
    team = request.settings.teams.get(approval.by, ())
    if request.name not in team:
        members = ", ".join(team) or "nobody yet"
        raise RefusalError(
            f"'{request.name}' is not in {approval.by}", f"its members are {members}"
        )
    return approval


def _text(request: ApprovalRequest) -> bytes:
    """Return the file as the branch has it: nothing but ``choose`` may be edited."""
    path, commit = request.path, request.proposal.commit or ""
    text = read_files(request.repo, request.head, [path]).get(path, b"")
    proposed = read_files(request.repo, commit, [path]).get(path)
    if proposed is None or not only_choice_differs(proposed, text):
        raise RefusalError(
            f"the file of {request.proposal.name} says other things than were proposed",
            f"undo that on its branch {request.proposal.branch}, or decline it",
        )
    return text


def _chosen(request: ApprovalRequest, text: bytes) -> str:
    wanted = request.choose or choice(text)
    if wanted not in request.proposal.choices:
        hint = did_you_mean(wanted, request.proposal.choices)
        raise RefusalError(f"'{wanted}' is no option of {request.proposal.name}", hint)
    return wanted


def _names(request: ApprovalRequest, head: str) -> tuple[str, ...]:
    return names_on(request.repo, request.refs.main, head, request.path)


def _named(request: ApprovalRequest, files: dict[str, bytes]) -> str:
    person = request.settings.people[request.name]
    engine = engine_signature(request.settings, request.day)
    signature = CommitSignature(person.name, person.email or engine.email, request.day)
    message = f"Approve {request.proposal.name}\n\n{APPROVED_BY}: {request.name}\n"
    if request.reason:
        message += f"{REASON}: {request.reason}\n"
    return build(request.repo, request.head, CommitChange(message, files), signature)


def _merging(
    request: ApprovalRequest, head: str, text: bytes
) -> tuple[BranchMove, ...]:
    message = f"Merge approved {request.proposal.name}\n\n{MERGED_ON}: {request.day}\n"
    change = CommitChange(message, {request.path: text}, merges=head)
    signature = engine_signature(request.settings, request.day)
    merge = build(request.repo, request.refs.main, change, signature)
    return (
        BranchMove(MAIN, request.refs.main, merge),
        BranchMove(request.proposal.branch, request.head, None),
    )
