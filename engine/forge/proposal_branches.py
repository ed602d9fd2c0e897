"""The branch of a proposal: made once, changed by commits on top, never replaced."""

from datetime import date
from typing import TypeVar

from goodterms.forge.choices import carried_over, only_choices
from goodterms.forge.decision_file import branch_of, decision_text
from goodterms.forge.protocol import Proposal
from goodterms.forge.run_context import RunContext
from goodterms.git import (
    BranchMove,
    CommitChange,
    Refs,
    Repo,
    build,
    engine_signature,
    read_files,
)
from goodterms.git.refs import FETCHED
from goodterms.model.journal import Decision, JournalRow
from goodterms.model.paths import decision_path
from goodterms.model.plan import Action, InvoiceLine
from goodterms.model.policy import Remedy
from goodterms.model.problem import Place, Problem
from goodterms.model.settings import Settings

T = TypeVar("T")


def opened(
    context: RunContext, action: Action, options: tuple[Remedy, ...]
) -> tuple[BranchMove | None, Problem | None]:
    """Make the branch of a new proposal, or adopt the very same one.

    Another branch that leaves no room for it is left alone, and a problem.
    """
    branch = branch_of(action.account, action.entry)
    commit = _commit(
        context, context.refs.main, action, action.entry, context.day, options
    )
    other = _in_the_way(context.refs, branch, commit)
    if other:
        path = decision_path(action.account, action.entry)
        return None, _other_name(context.repo, path, other)
    return BranchMove(branch, context.refs.proposals.get(branch), commit), None


def _in_the_way(refs: Refs, branch: str, commit: str) -> str | None:
    """Find what leaves no room for a branch: git takes its name for a folder, too."""
    for name, head in sorted(refs.proposals.items()):
        folder = name.startswith(f"{branch}/") or branch.startswith(f"{name}/")
        if folder or (name == branch and head != commit):
            return name
    return None


def refresh(
    context: RunContext, action: Action, proposal: Proposal
) -> tuple[BranchMove | None, str, Problem | None]:
    """Add a commit with the facts of today to an open proposal's branch.

    Returns the move and that commit; a choice that was made in words stays on top of
    it. A branch whose file a person edited is left alone, and a problem.
    """
    head = context.refs.proposals.get(proposal.branch)
    if head is None or not _is_ours(context.repo, proposal, head):
        edited = Problem(
            Place(proposal.path),
            f"the facts have changed, and branch {proposal.branch} was edited",
            _instead(context.settings, proposal),
            rule="proposal-edited",
        )
        return None, "", edited
    commit = _commit(
        context, head, action, proposal.id, proposal.proposed, proposal.options
    )
    tip = carried_over(
        context.repo, proposal, head, commit, context.settings, context.day
    )
    return BranchMove(proposal.branch, head, tip), commit, None


def _instead(settings: Settings, proposal: Proposal) -> str:
    if settings.forge == "github":
        return "close its pull request, or let it expire"
    return f"decline it: goodterms decline {proposal.name} --by NAME"


def _is_ours(repo: Repo, proposal: Proposal, head: str) -> bool:
    """Whether the file is what the engine wrote, names and choices in words on top."""
    path = repo.path(proposal.path)
    ours = read_files(repo, proposal.commit or "", [path]).get(path)
    same = ours is not None and ours == read_files(repo, head, [path]).get(path)
    return same or only_choices(repo, proposal, head)


def _commit(
    context: RunContext,
    base: str,
    action: Action,
    decision: str,
    proposed: date,
    options: tuple[Remedy, ...],
) -> str:
    text = decision_text(_decision(action, decision, proposed), options)
    path = context.repo.path(decision_path(action.account, decision))
    change = CommitChange(
        f"Propose {action.step} for {action.account}\n\n"
        + "".join(f"{line}\n" for line in action.why),
        {path: text.encode()},
    )
    return build(
        context.repo, base, change, engine_signature(context.settings, context.day)
    )


def _decision(action: Action, decision: str, proposed: date) -> Decision:
    return Decision(
        id=decision,
        proposed=proposed,
        expires=_given(action.expires),
        step=action.step,
        policy=_given(action.policy),
        invoices=tuple(
            _row(action, line) for line in (action.invoices or action.listed)
        ),
        choose=action.choose or "approve",
        facts=_given(action.facts),
    )


def _row(action: Action, line: InvoiceLine) -> JournalRow:
    policy = line.policy if line.policy != action.policy else None
    return JournalRow(line.id, open=str(line.open), policy=policy)


def _given(value: T | None) -> T:
    if value is None:
        raise TypeError("a proposal has a policy, a last day and a digest of its facts")
    return value


def _other_name(repo: Repo, path: str, branch: str) -> Problem:
    other = f"git branch -m {branch} NAME"
    if repo.remote:
        moved = f"{FETCHED}{branch}:refs/heads/NAME :refs/heads/{branch}"
        other = f"git push {repo.remote} {moved}"
    return Problem(
        Place(path),
        f"branch {branch} is in the way, and is no proposal of ours",
        f"give it another name: {other}",
        rule="branch-in-the-way",
    )
