"""Phase 3: write down what is about to be done, before any of it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from goodterms.channels import Channel, Delivery
from goodterms.forge import Forge, Proposal
from goodterms.forge.proposal_branches import opened, refresh
from goodterms.forge.run_context import RunContext
from goodterms.git import BranchMove
from goodterms.model.journal import (
    DELIVERED,
    EntryTime,
    Handover,
    JournalDocument,
    digest_of,
)
from goodterms.model.ledger import Account
from goodterms.model.paths import message_path
from goodterms.model.plan import Action, Plan
from goodterms.model.policy import Remedy
from goodterms.model.problem import Place, Problem
from goodterms.run.journal_entries import (
    WRITTEN_DOWN,
    claim,
    proposal,
    refreshed,
    settled,
    written_down,
)
from goodterms.run.recheck_approvals import ApprovalRecheck
from goodterms.run.request import RunDependencies, RunRequest
from goodterms.run.sending_hours import closed
from goodterms.views.wording import amounts
from goodterms.workspace.workspace import Workspace

if TYPE_CHECKING:
    pass


#: How many messages are begun together, of those that a channel may send twice: so
#: many may be in doubt after a crash.
BATCH = 5


@dataclass(frozen=True, slots=True)
class ClaimWriter:
    """What claims are made from: the workspace at the tip, and what is open."""

    request: RunRequest
    dependencies: RunDependencies
    channels: Mapping[str, Channel]
    forge: Forge
    context: RunContext
    open: Mapping[str, Proposal]

    @property
    def workspace(self) -> Workspace:
        """The ledger at the tip of main."""
        return self.context.workspace

    @property
    def when(self) -> EntryTime:
        """When this run writes."""
        return self.context.when

    @property
    def recheck(self) -> ApprovalRecheck:
        """Who asks whether approvals stand."""
        return ApprovalRecheck(self.forge, self.context)


@dataclass(slots=True)
class WrittenClaims:
    """All that one commit claims, and what follows from it.

    ``lines`` are what the commit says, ``told`` the same for people: with the names of
    the customers, and amounts.
    """

    documents: dict[str, list[JournalDocument]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    moves: list[BranchMove] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    withheld: list[Action] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: set[tuple[str, str | None]] = field(default_factory=set)
    begun: int = 0
    customers: Mapping[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def handover(self) -> Handover:
        """Return what to say of a message's hand-over: the first ones begin at once."""
        if self.begun == BATCH:
            return "waits"
        self.begun += 1
        return "begun"

    def write(self, action: Action, document: JournalDocument, line: str) -> None:
        """Add a document to the account's journal, and a line to the report."""
        self.documents.setdefault(action.account, []).append(document)
        amount = f", {amounts(action.totals)}" if action.totals else ""
        self.tell(action.account, line, amount)

    def tell(self, account: str, line: str, more: str = "") -> None:
        """Add a line to the report."""
        self.lines.append(line)
        name = self.customers.get(account)
        self.told.append(f"{line} ({name}){more}" if name else f"{line}{more}")


def make_claims(writer: ClaimWriter, plan: Plan) -> WrittenClaims:
    """Prepare what the plan asks for; nothing is written before it is pushed.

    A message that cannot be rendered drops out with its problems, and so does
    what else the same decision asked for; the rest goes on. An approval has an
    effect only if the forge confirms it now.
    """
    claims = WrittenClaims(proposals=dict(writer.open), customers=plan.customers)
    _confirm(writer, claims, plan)
    for action in sorted(plan.actions, key=lambda each: each.kind not in DELIVERED):
        if action.decision and (action.account, action.decision) in claims.dropped:
            continue
        if action.kind in DELIVERED and action.channel:
            _message(writer, claims, action)
        elif action.kind in (*DELIVERED, *WRITTEN_DOWN):
            line = f"{action.kind} {action.id}"
            claims.write(action, written_down(action, writer.when), line)
        elif action.kind == "propose":
            _propose(writer, claims, action)
        elif action.kind == "close":
            _close(writer, claims, action)
    return claims


def _confirm(writer: ClaimWriter, claims: WrittenClaims, plan: Plan) -> None:
    """Drop what an approval asks for that does not stand, and end one taken back."""
    gated = {
        (action.account, action.decision)
        for action in plan.actions
        if action.decision and action.kind in (*DELIVERED, *WRITTEN_DOWN)
    }
    confirmed = writer.recheck.confirm(gated)
    claims.problems += confirmed.problems
    claims.dropped |= gated - confirmed.stand
    for ruling in confirmed.void:
        document = settled(ruling.proposal.id, "void", writer.when, why=ruling.why)
        claims.documents.setdefault(ruling.proposal.account, []).append(document)
        line = f"close {ruling.proposal.name}: void, {'; '.join(ruling.why)}"
        claims.tell(ruling.proposal.account, line)


def _message(writer: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    if not _claim(writer, claims, action):
        claims.dropped.add((action.account, action.decision))


def _claim(writer: ClaimWriter, claims: WrittenClaims, action: Action) -> bool:
    """Claim a message; False where it does not go out in this run."""
    account, problems = writer.workspace.account(action.account)
    channel = writer.channels.get(action.channel or "")
    if account is None or channel is None:
        claims.problems += problems or (_no_channel(action),)
        return False
    if writer.context.settings.forge == "github" and channel.name == "outbox":
        line = f"{action.id} is only shown: its channel is the outbox"
        claims.tell(action.account, line)
        return False
    book, now = writer.workspace.book, writer.when.time
    shut = closed(action, account, book, now) if writer.request.as_of is None else None
    if shut:
        claims.withheld.append(action)
        claims.tell(action.account, f"{action.id} waits for its window, {shut}")
        return False
    letter, problems = writer.dependencies.write(
        writer.workspace, account, action, writer.when
    )
    claims.problems += problems
    if letter is None:
        return False
    handover = None if channel.deduplicates else claims.handover()
    document = claim(
        action,
        writer.when,
        writer.request.id,
        letter.digest,
        text=digest_of(letter.text),
        handover=handover,
    )
    claims.write(action, document, f"{action.kind} {action.id}")
    path = message_path(action.account, action.entry)
    claims.files[writer.context.repo.path(path)] = letter.text
    addressed = delivery(action, account, letter.parts)
    claims.deliveries.append(replace(addressed, waits=handover == "waits"))
    return True


def delivery(action: Action, account: Account, parts: Mapping[str, bytes]) -> Delivery:
    """Address a message: where it goes, and the id under which it goes once."""
    return Delivery(
        account=action.account,
        entry=action.entry,
        channel=action.channel or "",
        to=action.to or "",
        parts=parts,
        description=f"{account.profile.name}, {action.step}",
        customer=account.profile.name,
        owner=action.owner,
    )


def _propose(writer: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    open_proposal = writer.open.get(f"{action.account}/{action.decision}")
    if open_proposal:
        move, commit, problem = refresh(writer.context, action, open_proposal)
    else:
        move, problem = opened(writer.context, action, _options(writer, action))
    claims.problems += [problem] if problem else []
    if move is None or move.new is None:
        return
    claims.moves.append(move)
    if open_proposal:
        claimed = replace(open_proposal, facts=action.facts, commit=commit)
        document = refreshed(action, writer.when, commit)
    else:
        claimed = _new(writer, action, move.new)
        document = proposal(action, writer.when, move.new)
    claims.proposals[claimed.name] = claimed
    claims.write(
        action, document, f"{'refresh' if open_proposal else 'propose'} {claimed.name}"
    )


def _new(writer: ClaimWriter, action: Action, commit: str) -> Proposal:
    return Proposal(
        account=action.account,
        id=action.entry,
        proposed=writer.when.day,
        expires=action.expires or writer.when.day,
        facts=action.facts,
        commit=commit,
        approval=action.approval,
        options=_options(writer, action),
        policy=action.policy,
    )


def _options(writer: ClaimWriter, action: Action) -> tuple[Remedy, ...]:
    policies = writer.workspace.book.policies
    policy = policies.get(action.policy) if action.policy else None
    step = policy.step(action.step) if policy else None
    return step.choose if step else ()


def _close(writer: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    decision = action.decision or action.entry
    name = f"{action.account}/{decision}"
    state = action.state or "void"
    closing = claims.proposals.pop(name, None)
    head = writer.context.refs.proposals.get(closing.branch) if closing else None
    if closing and head:
        claims.moves.append(BranchMove(closing.branch, head, None))
    document = settled(decision, state, writer.when, why=action.why)
    claims.write(action, document, f"close {name}: {state}, {'; '.join(action.why)}")


def _no_channel(action: Action) -> Problem:
    return Problem(
        Place("goodterms.yaml"),
        f"channels has no '{action.channel}', which {action.step} goes through",
        f"add one: channels: {{{action.channel}: outbox}}",
        rule="channel",
    )
