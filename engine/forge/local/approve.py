"""Put a name to a proposal; enough of them merge it."""

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
    """What a yes comes to: the moves to publish, and who is in by then."""

    moves: tuple[BranchMove, ...]
    by: tuple[str, ...]
    needed: int
    choose: str

    @property
    def merges(self) -> bool:
        """Whether these names are enough."""
        return len(self.by) >= self.needed


def vote(ballot: ApprovalRequest) -> ApprovalDraft:
    """Prepare an approval; nothing moves before the moves are published.

    RefusalError says why this person cannot approve this proposal now.
    """
    approval = _approval(ballot)
    text = _text(ballot)
    chosen = with_choice(text, _chosen(ballot, text))
    head = ballot.head
    if chosen != text or ballot.name not in _names(ballot, head):
        head = _named(ballot, {ballot.path: chosen} if chosen != text else {})
    team = ballot.settings.teams[approval.by]
    by = tuple(name for name in _names(ballot, head) if name in team)
    moves: tuple[BranchMove, ...] = ()
    if len(by) >= approval.count:
        moves = _merging(ballot, head, chosen)
    elif head != ballot.head:
        moves = (BranchMove(ballot.proposal.branch, ballot.head, head),)
    return ApprovalDraft(moves, by, approval.count, choice(chosen))


def _approval(ballot: ApprovalRequest) -> Approval:
    proposal, approval = ballot.proposal, ballot.proposal.approval
    if approval is None or proposal.flaw:
        what, _, hint = proposal.unapprovable.partition(": ")
        raise RefusalError(f"{proposal.name} cannot be approved: {what}", hint, code=1)
    if ballot.day > proposal.expires:
        raise RefusalError(f"{proposal.name} expired on {proposal.expires}")
    team = ballot.settings.teams.get(approval.by, ())
    if ballot.name not in team:
        members = ", ".join(team) or "nobody yet"
        raise RefusalError(
            f"'{ballot.name}' is not in {approval.by}", f"its members are {members}"
        )
    return approval


def _text(ballot: ApprovalRequest) -> bytes:
    """Return the file as the branch has it: nothing but ``choose`` may be edited."""
    path, commit = ballot.path, ballot.proposal.commit or ""
    text = read_files(ballot.repo, ballot.head, [path]).get(path, b"")
    proposed = read_files(ballot.repo, commit, [path]).get(path)
    if proposed is None or not only_choice_differs(proposed, text):
        raise RefusalError(
            f"the file of {ballot.proposal.name} says other things than were proposed",
            f"undo that on its branch {ballot.proposal.branch}, or decline it",
        )
    return text


def _chosen(ballot: ApprovalRequest, text: bytes) -> str:
    wanted = ballot.choose or choice(text)
    if wanted not in ballot.proposal.choices:
        hint = did_you_mean(wanted, ballot.proposal.choices)
        raise RefusalError(f"'{wanted}' is no option of {ballot.proposal.name}", hint)
    return wanted


def _names(ballot: ApprovalRequest, head: str) -> tuple[str, ...]:
    return names_on(ballot.repo, ballot.refs.main, head, ballot.path)


def _named(ballot: ApprovalRequest, files: dict[str, bytes]) -> str:
    person = ballot.settings.people[ballot.name]
    engine = engine_signature(ballot.settings, ballot.day)
    signature = CommitSignature(person.name, person.email or engine.email, ballot.day)
    message = f"Approve {ballot.proposal.name}\n\n{APPROVED_BY}: {ballot.name}\n"
    if ballot.reason:
        message += f"{REASON}: {ballot.reason}\n"
    return build(ballot.repo, ballot.head, CommitChange(message, files), signature)


def _merging(ballot: ApprovalRequest, head: str, text: bytes) -> tuple[BranchMove, ...]:
    message = f"Merge approved {ballot.proposal.name}\n\n{MERGED_ON}: {ballot.day}\n"
    change = CommitChange(message, {ballot.path: text}, merges=head)
    signature = engine_signature(ballot.settings, ballot.day)
    merge = build(ballot.repo, ballot.refs.main, change, signature)
    return (
        BranchMove(MAIN, ballot.refs.main, merge),
        BranchMove(ballot.proposal.branch, ballot.head, None),
    )
