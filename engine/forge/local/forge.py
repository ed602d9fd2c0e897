"""The local forge: proposals are branches, approved with ``goodterms approve``.

This records who said so; it does not verify who it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from goodterms.forge.local.names import members_on
from goodterms.forge.local.verify_merge import DecisionRefusedError, verify
from goodterms.forge.protocol import (
    LedgerStatus,
    Proposal,
    Ruling,
    RunReport,
    Told,
    UnreadForms,
    taken_back,
)
from goodterms.forge.run_context import RunContext
from goodterms.git import Repo, read_files
from goodterms.model.problem import Place, Problem
from goodterms.model.settings import Settings


@dataclass(frozen=True, slots=True)
class LocalForge:
    """A forge that uses git alone."""

    repo: Repo
    settings: Settings

    def remember(
        self, _context: RunContext
    ) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Return no files: people are identified by their keys in goodterms.yaml."""
        return {}, ()

    def rulings(
        self, context: RunContext, proposals: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Say which are approved by a verified merge, or declined by deletion."""
        paths = [self.repo.path(proposal.path) for proposal in proposals]
        main = context.refs.main
        merged = read_files(self.repo, main, paths)
        rulings: list[Ruling] = []
        problems: list[Problem] = []
        for proposal, path in zip(proposals, paths, strict=True):
            if path in merged:
                try:
                    ruling = verify(self.repo, self.settings, main, proposal)
                    rulings.append(ruling)
                except DecisionRefusedError as refused:
                    problems.append(_refusal(proposal, str(refused)))
            elif proposal.branch not in context.refs.proposals:
                why = (f"its branch {proposal.branch} was deleted",)
                rulings.append(Ruling(proposal, "declined", why=why))
        return tuple(rulings), tuple(problems)

    def confirm(
        self, context: RunContext, approved: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Verify the merge of each once more."""
        paths = [self.repo.path(proposal.path) for proposal in approved]
        main = context.refs.main
        merged = read_files(self.repo, main, paths)
        rulings: list[Ruling] = []
        problems: list[Problem] = []
        for proposal, path in zip(approved, paths, strict=True):
            if path not in merged:
                rulings.append(taken_back(proposal))
                continue
            try:
                rulings.append(verify(self.repo, self.settings, main, proposal))
            except DecisionRefusedError as refused:
                rulings.append(Ruling(proposal, "refused", why=(str(refused),)))
                problems.append(_refusal(proposal, str(refused)))
        return tuple(rulings), tuple(problems)

    def unheard(self, _context: RunContext) -> UnreadForms:
        """Return no forms: people write their records themselves."""
        return UnreadForms()

    def ask(self, status: LedgerStatus) -> Told:
        """Say how each can be answered; the branch is all that there is to make."""
        return tuple(self._waits(status, proposal) for proposal in status.proposals), ()

    def report(self, _scene: LedgerStatus, _news: RunReport) -> Told:
        """Return nothing: the run prints its own report."""
        return (), ()

    def _waits(self, status: LedgerStatus, proposal: Proposal) -> str:
        """Say of whom a proposal is, who has yet to answer it, and how."""
        approval = proposal.approval
        profile = status.context.workspace.profile(proposal.account)
        name = f"{proposal.name} ({profile.name})" if profile else proposal.name
        if approval is None or proposal.flaw:
            return f"{name} waits, and {proposal.unapprovable}"
        team = self.settings.teams.get(approval.by, ())
        named = members_on(self.repo, status.context.refs, proposal, team)
        missing = approval.count - len(named)
        return (
            f"{name} waits for {missing} of {approval.by} until"
            f" {proposal.expires}: read it with goodterms show {proposal.name}, then"
            f" goodterms approve {proposal.name} --by NAME, or decline"
        )


def _refusal(proposal: Proposal, why: str) -> Problem:
    return Problem(
        Place(proposal.path),
        f"this decision was refused: {why}",
        f"remove the file, and approve with 'goodterms approve {proposal.name}'",
        rule="decision-refused",
    )
