"""A claim that a dead run left: the same bytes again, or a person must look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goodterms.channels import Delivery
from goodterms.decision import (
    ABOVE_DECIDING,
    account_state,
    effective_policies,
    invoice_standings,
)
from goodterms.forge.run_context import RunContext
from goodterms.git import find_commit, snapshot
from goodterms.model.journal import EntryTime, JournalRow
from goodterms.model.paths import account_folder
from goodterms.model.timestamps import parse_timestamp
from goodterms.run.claim import delivery
from goodterms.run.machine import is_ours
from goodterms.run.recheck_approvals import ApprovalRecheck, Name
from goodterms.run.request import Problems, RunDependencies
from goodterms.run.sync import OpenClaim

if TYPE_CHECKING:
    from goodterms.workspace.workspace import Workspace

#: The line by which the commit of a run's claims is found again.
CLAIMS = "Claims-of-run:"


@dataclass(frozen=True, slots=True)
class StaleClaimContext:
    """What it takes to see what an earlier run saw: main's history."""

    dependencies: RunDependencies
    context: RunContext


@dataclass(frozen=True, slots=True)
class Redelivery:
    """A stale claim: what to hand over once more, or why that must not be."""

    claim: OpenClaim
    delivery: Delivery | None
    error: str = ""


def again(
    past: StaleClaimContext, recheck: ApprovalRecheck, claims: Sequence[OpenClaim]
) -> tuple[list[Redelivery], Problems]:
    """Make the messages of stale claims once more, byte by byte as they were.

    One that would not be said any more today (paid, disputed, promised, its
    approval taken back …), or that cannot be made again, is not handed over:
    nobody knows whether it has left already. One whose approval nobody can
    confirm now stays as it is; the problems say so.
    """
    confirmed = recheck.confirm(name for claim in claims for name in _approval(claim))
    gone = {(ruling.proposal.account, ruling.proposal.id) for ruling in confirmed.void}
    redeliveries = []
    for claim in claims:
        needed = _approval(claim)
        if needed & gone or not _still_holds(recheck.context, claim):
            redeliveries.append(Redelivery(claim, None, "what it says holds no more"))
        elif needed <= confirmed.stand:
            redeliveries.append(_made_again(past, claim))
    return redeliveries, confirmed.problems


def _approval(claim: OpenClaim) -> set[Name]:
    """Return the decision that a claim carries out, as a set of one or none."""
    decision = claim.entry.doc.decision
    return {(claim.account, decision)} if decision else set()


def _still_holds(context: RunContext, claim: OpenClaim) -> bool:
    workspace = context.workspace
    account, _ = workspace.account(claim.account)
    if account is None:
        return False
    unclaimed = tuple(doc for doc in account.journal if doc.id != claim.entry.id)
    before = replace(account, journal=unclaimed)
    policies = effective_policies(workspace.book, context.settings, context.day)
    standings = {
        standing.id: standing
        for standing in invoice_standings(account_state(before, policies))
    }

    def holds(row: JournalRow) -> bool:
        standing = standings.get(row.id)
        if standing is None or str(standing.invoice_state.open) != row.open:
            return False
        return standing.block is None or standing.block.standing not in ABOVE_DECIDING

    return all(holds(row) for row in claim.entry.rows)


def _made_again(past: StaleClaimContext, claim: OpenClaim) -> Redelivery:
    doc = claim.entry.doc
    commit = find_commit(
        past.context.repo, past.context.refs.main, f"{CLAIMS} {doc.run}"
    )
    if commit is None or doc.at is None:
        return Redelivery(claim, None, f"the commit of run {doc.run} cannot be found")
    if _is_elsewhere(past, commit, doc.channel):
        return Redelivery(claim, None, "its file may lie in another machine's outbox")
    at = parse_timestamp(doc.at)
    files = ("goodterms.yaml", "policies", "templates", account_folder(claim.account))
    with snapshot(past.context.repo, f"{commit}^", files) as tree:
        workspace, _ = past.dependencies.open(tree)
        if workspace is None:
            return Redelivery(claim, None, "the settings of then cannot be read")
        return _planned_again(
            past.dependencies, workspace, claim, EntryTime(claim.entry.on, at)
        )


def _is_elsewhere(past: StaleClaimContext, commit: str, channel: str | None) -> bool:
    through = past.context.settings.channels.get(channel or "")
    return through == "outbox" and not is_ours(past.context.repo, commit)


def _planned_again(
    dependencies: RunDependencies,
    workspace: "Workspace",
    claim: OpenClaim,
    then: EntryTime,
) -> Redelivery:
    plan = dependencies.plan(workspace, then.day, [claim.account])
    action = next((each for each in plan.actions if each.id == claim.name), None)
    account, _ = workspace.account(claim.account)
    other = action and action.decision != claim.entry.doc.decision
    if action is None or account is None or other:
        return Redelivery(claim, None, "it cannot be planned again as it was")
    letter, _ = dependencies.write(workspace, account, action, then)
    if letter is None or letter.digest != claim.entry.doc.message:
        return Redelivery(claim, None, "it cannot be written again as it was")
    return Redelivery(claim, delivery(action, account, letter.parts))
