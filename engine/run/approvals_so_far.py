"""Who has said yes to the proposals that wait, and to what, as their branches say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from goodterms.decision import JournalEntry, fold
from goodterms.forge.local.names import members_on
from goodterms.forge.proposal_edits import edit_of
from goodterms.git import Refs, Repo, known_refs, open_repo
from goodterms.model.plan import PROPOSAL, Action, Plan
from goodterms.model.refusal import RefusalError
from goodterms.run.sync import proposal_of
from goodterms.workspace.workspace import Workspace


def with_approvals_so_far(plan: Plan, workspace: Workspace, root: Path) -> Plan:
    """Add to the tasks of a plan what each open proposal chooses, and who approved it.

    *root* is in the checkout whose git knows. Without git, and where people decide on
    another forge, the tasks stay as they are.
    """
    proposals = [task for task in plan.pending if task.step == PROPOSAL]
    if not proposals or workspace.settings.forge != "local":
        return plan
    try:
        repo = open_repo(root)
        refs = known_refs(repo)
    except RefusalError:
        return plan
    if refs is None:
        return plan
    pending = tuple(
        _with_approvals(task, workspace, repo, refs) if task.step == PROPOSAL else task
        for task in plan.pending
    )
    return replace(plan, pending=pending)


def _with_approvals(
    task: Action, workspace: Workspace, repo: Repo, refs: Refs
) -> Action:
    entry = _entry(workspace, task)
    if entry is None:
        return task
    proposal = proposal_of(workspace, task.account, entry)
    approval = proposal.approval
    if approval is None:
        return task
    team = workspace.settings.teams.get(approval.by, ())
    names = members_on(repo, refs, proposal, team)
    notes = []
    if proposal.options:
        chosen = edit_of(repo, refs, proposal).choose or entry.doc.choose
        notes += [f"it chooses {chosen}"] if chosen else []
    if names:
        missing = approval.count - len(names)
        notes.append(f"{' and '.join(names)} said yes, {missing} more to go")
    return replace(task, why=("; ".join((*task.why, *notes)),))


def _entry(workspace: Workspace, task: Action) -> JournalEntry | None:
    """Return the journal's entry that a task is about."""
    documents, _ = workspace.journal(task.account)
    id_ = task.id.partition("/")[2]
    entries = fold(documents, date.max)
    return next((entry for entry in entries if entry.id == id_), None)
