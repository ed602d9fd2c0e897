"""A claim that a dead run left: the same bytes again, or a person must look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.channels import Delivery
from engine.decision.entries import Moment
from engine.decision.rules import rules
from engine.decision.situation import situation
from engine.decision.standing import ABOVE_DECIDING, stands
from engine.journal import Row
from engine.repo import Repo, find_commit, snapshot
from engine.running.claim import delivery
from engine.running.confirming import Clerk, Name
from engine.running.machine import is_ours
from engine.running.order import Problems, Tools
from engine.running.sync import Claim
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.workspace import Workspace

#: The line by which the commit of a run's claims is found again.
CLAIMS = "Claims-of-run:"


@dataclass(frozen=True, slots=True)
class Past:
    """What it takes to see what an earlier run saw: main's history."""

    tools: Tools
    repo: Repo
    settings: Settings
    tip: str


@dataclass(frozen=True, slots=True)
class Again:
    """A stale claim: what to hand over once more, or why that must not be."""

    claim: Claim
    delivery: Delivery | None
    error: str = ""


def again(
    past: Past, clerk: Clerk, claims: Sequence[Claim]
) -> tuple[list[Again], Problems]:
    """Make the messages of stale claims once more, byte by byte as they were.

    One that would not be said any more today (paid, disputed, promised, its
    approval taken back …), or that cannot be made again, is not handed over:
    nobody knows whether it has left already. One whose approval nobody can
    confirm now stays as it is; the problems say so.
    """
    known = clerk.confirm(name for claim in claims for name in _approval(claim))
    gone = {(ruling.proposal.account, ruling.proposal.id) for ruling in known.void}
    found = []
    for claim in claims:
        needed = _approval(claim)
        if needed & gone or not _still_holds(clerk.workspace, claim, clerk.when):
            found.append(Again(claim, None, "what it says holds no more"))
        elif needed <= known.stand:
            found.append(_made_again(past, claim))
    return found, known.problems


def _approval(claim: Claim) -> set[Name]:
    """Return the decision that a claim carries out, as a set of one or none."""
    decision = claim.entry.doc.decision
    return {(claim.account, decision)} if decision else set()


def _still_holds(workspace: "Workspace", claim: Claim, when: Moment) -> bool:
    account, _ = workspace.account(claim.account)
    if account is None:
        return False
    unclaimed = tuple(doc for doc in account.journal if doc.id != claim.entry.id)
    before = replace(account, journal=unclaimed)
    known = rules(workspace.book, workspace.settings, when.day)
    found = {stand.id: stand for stand in stands(situation(before, known))}

    def holds(row: Row) -> bool:
        stand = found.get(row.id)
        if stand is None or str(stand.item.open) != row.open:
            return False
        return stand.stop is None or stand.stop.standing not in ABOVE_DECIDING

    return all(holds(row) for row in claim.entry.rows)


def _made_again(past: Past, claim: Claim) -> Again:
    doc = claim.entry.doc
    commit = find_commit(past.repo, past.tip, f"{CLAIMS} {doc.run}")
    if commit is None or doc.at is None:
        return Again(claim, None, f"the commit of run {doc.run} cannot be found")
    if _is_elsewhere(past, commit, doc.channel):
        return Again(claim, None, "its file may lie in another machine's outbox")
    at = datetime.fromisoformat(doc.at.removesuffix("Z")).replace(tzinfo=UTC)
    files = ("goodterms.yaml", "policies", "templates", f"ledger/{claim.account}")
    with snapshot(past.repo, f"{commit}^", files) as tree:
        workspace, _ = past.tools.open(tree)
        if workspace is None:
            return Again(claim, None, "the settings of then cannot be read")
        return _planned_again(past.tools, workspace, claim, Moment(claim.entry.on, at))


def _is_elsewhere(past: Past, commit: str, channel: str | None) -> bool:
    through = past.settings.channels.get(channel or "")
    return through == "outbox" and not is_ours(past.repo, commit)


def _planned_again(
    tools: Tools, workspace: "Workspace", claim: Claim, then: Moment
) -> Again:
    plan = tools.plan(workspace, then.day, [claim.account])
    action = next((each for each in plan.actions if each.id == claim.name), None)
    account, _ = workspace.account(claim.account)
    other = action and action.decision != claim.entry.doc.decision
    if action is None or account is None or other:
        return Again(claim, None, "it cannot be planned again as it was")
    letter, _ = tools.write(workspace, account, action, then)
    if letter is None or letter.digest != claim.entry.doc.message:
        return Again(claim, None, "it cannot be written again as it was")
    return Again(claim, delivery(action, account, letter.parts))
