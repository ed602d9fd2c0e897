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

    order: RunRequest
    tools: RunDependencies
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
    def clerk(self) -> ApprovalRecheck:
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
        asked = f", {amounts(action.totals)}" if action.totals else ""
        self.tell(action.account, line, asked)

    def tell(self, account: str, line: str, more: str = "") -> None:
        """Add a line to the report."""
        self.lines.append(line)
        name = self.customers.get(account)
        self.told.append(f"{line} ({name}){more}" if name else f"{line}{more}")


def make_claims(bench: ClaimWriter, plan: Plan) -> WrittenClaims:
    """Prepare what the plan asks for; nothing is written before it is pushed.

    A message that cannot be rendered drops out with its problems, and so does
    what else the same decision asked for; the rest goes on. An approval has an
    effect only if the forge confirms it now.
    """
    claims = WrittenClaims(proposals=dict(bench.open), customers=plan.customers)
    _confirm(bench, claims, plan)
    for action in sorted(plan.actions, key=lambda each: each.kind not in DELIVERED):
        if action.decision and (action.account, action.decision) in claims.dropped:
            continue
        if action.kind in DELIVERED and action.channel:
            _message(bench, claims, action)
        elif action.kind in (*DELIVERED, *WRITTEN_DOWN):
            line = f"{action.kind} {action.id}"
            claims.write(action, written_down(action, bench.when), line)
        elif action.kind == "propose":
            _propose(bench, claims, action)
        elif action.kind == "close":
            _close(bench, claims, action)
    return claims


def _confirm(bench: ClaimWriter, claims: WrittenClaims, plan: Plan) -> None:
    """Drop what an approval asks for that does not stand, and end one taken back."""
    gated = {
        (action.account, action.decision)
        for action in plan.actions
        if action.decision and action.kind in (*DELIVERED, *WRITTEN_DOWN)
    }
    found = bench.clerk.confirm(gated)
    claims.problems += found.problems
    claims.dropped |= gated - found.stand
    for ruling in found.void:
        document = settled(ruling.proposal.id, "void", bench.when, why=ruling.why)
        claims.documents.setdefault(ruling.proposal.account, []).append(document)
        told = f"close {ruling.proposal.name}: void, {'; '.join(ruling.why)}"
        claims.tell(ruling.proposal.account, told)


def _message(bench: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    if not _claim(bench, claims, action):
        claims.dropped.add((action.account, action.decision))


def _claim(bench: ClaimWriter, claims: WrittenClaims, action: Action) -> bool:
    """Claim a message; False where it does not go out in this run."""
    account, problems = bench.workspace.account(action.account)
    channel = bench.channels.get(action.channel or "")
    if account is None or channel is None:
        claims.problems += problems or (_no_channel(action),)
        return False
    if bench.context.settings.forge == "github" and channel.name == "outbox":
        line = f"{action.id} is only shown: its channel is the outbox"
        claims.tell(action.account, line)
        return False
    book, now = bench.workspace.book, bench.when.time
    shut = closed(action, account, book, now) if bench.order.as_of is None else None
    if shut:
        claims.withheld.append(action)
        claims.tell(action.account, f"{action.id} waits for its window, {shut}")
        return False
    letter, problems = bench.tools.write(bench.workspace, account, action, bench.when)
    claims.problems += problems
    if letter is None:
        return False
    handover = None if channel.deduplicates else claims.handover()
    document = claim(
        action,
        bench.when,
        bench.order.id,
        letter.digest,
        text=digest_of(letter.text),
        handover=handover,
    )
    claims.write(action, document, f"{action.kind} {action.id}")
    path = message_path(action.account, action.entry)
    claims.files[bench.context.repo.path(path)] = letter.text
    made = delivery(action, account, letter.parts)
    claims.deliveries.append(replace(made, waits=handover == "waits"))
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


def _propose(bench: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    known = bench.open.get(f"{action.account}/{action.decision}")
    if known:
        move, commit, problem = refresh(bench.context, action, known)
    else:
        move, problem = opened(bench.context, action, _options(bench, action))
    claims.problems += [problem] if problem else []
    if move is None or move.new is None:
        return
    claims.moves.append(move)
    if known:
        made = replace(known, facts=action.facts, commit=commit)
        document = refreshed(action, bench.when, commit)
    else:
        made = _new(bench, action, move.new)
        document = proposal(action, bench.when, move.new)
    claims.proposals[made.name] = made
    claims.write(action, document, f"{'refresh' if known else 'propose'} {made.name}")


def _new(bench: ClaimWriter, action: Action, commit: str) -> Proposal:
    return Proposal(
        account=action.account,
        id=action.entry,
        proposed=bench.when.day,
        expires=action.expires or bench.when.day,
        facts=action.facts,
        commit=commit,
        approval=action.approval,
        options=_options(bench, action),
        policy=action.policy,
    )


def _options(bench: ClaimWriter, action: Action) -> tuple[Remedy, ...]:
    policies = bench.workspace.book.policies
    policy = policies.get(action.policy) if action.policy else None
    step = policy.step(action.step) if policy else None
    return step.choose if step else ()


def _close(bench: ClaimWriter, claims: WrittenClaims, action: Action) -> None:
    decision = action.decision or action.entry
    name = f"{action.account}/{decision}"
    state = action.state or "void"
    closing = claims.proposals.pop(name, None)
    head = bench.context.refs.proposals.get(closing.branch) if closing else None
    if closing and head:
        claims.moves.append(BranchMove(closing.branch, head, None))
    document = settled(decision, state, bench.when, why=action.why)
    claims.write(action, document, f"close {name}: {state}, {'; '.join(action.why)}")


def _no_channel(action: Action) -> Problem:
    return Problem(
        Place("goodterms.yaml"),
        f"channels has no '{action.channel}', which {action.step} goes through",
        f"add one: channels: {{{action.channel}: outbox}}",
        rule="channel",
    )
