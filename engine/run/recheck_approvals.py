"""Before an approval has an effect: does it stand? The journal alone is not asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from goodterms.decision import JournalEntry, fold
from goodterms.forge import Forge, Proposal, Ruling
from goodterms.forge.run_context import RunContext
from goodterms.model.paths import journal_path
from goodterms.model.problem import Place, Problem
from goodterms.run.request import Problems
from goodterms.run.sync import proposal_of

#: An account and the id of a decision of it.
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ConfirmedApprovals:
    """Which approvals stand, and which are given up; the rest has to wait."""

    stand: frozenset[Name] = frozenset()
    void: tuple[Ruling, ...] = ()
    problems: Problems = ()


@dataclass(frozen=True, slots=True)
class ApprovalRecheck:
    """Who asks the forge about approvals that the journal tells of."""

    forge: Forge
    context: RunContext

    def confirm(self, names: Iterable[Name]) -> ConfirmedApprovals:
        """Ask about each once; one that nobody can confirm does not stand."""
        looked_up = {name: self._entry(*name) for name in sorted(set(names))}
        entries = {name: entry for name, entry in looked_up.items() if entry}
        if not entries:
            return ConfirmedApprovals()
        approved = [
            proposal_of(self.context.workspace, account, entry)
            for (account, _), entry in entries.items()
        ]
        readable = [proposal for proposal in approved if not proposal.flaw]
        rulings, problems = self.forge.confirm(self.context, readable)
        by_name = {_name(ruling.proposal): ruling for ruling in rulings}
        chosen = {name: _chosen(entry) for name, entry in entries.items()}
        yes = {name for name, ruling in by_name.items() if ruling.state == "approved"}
        same = {name for name in yes if by_name[name].choose == chosen[name]}
        return ConfirmedApprovals(
            frozenset(same),
            tuple(ruling for ruling in rulings if ruling.state == "void"),
            (*problems, *(_other(by_name[n], chosen[n]) for n in sorted(yes - same))),
        )

    def _entry(self, account_id: str, decision: str) -> JournalEntry | None:
        account, _ = self.context.workspace.account(account_id)
        entries = fold(account.journal, self.context.when.day) if account else ()
        return next((entry for entry in entries if entry.id == decision), None)


def _chosen(entry: JournalEntry) -> str:
    return entry.doc.choose or "approve"


def _name(proposal: Proposal) -> Name:
    return proposal.account, proposal.id


def _other(ruling: Ruling, choose: str) -> Problem:
    return Problem(
        Place(journal_path(ruling.proposal.account)),
        f"it says that {ruling.proposal.id} was approved as '{choose}', and it was"
        f" approved as '{ruling.choose}'",
        "undo what changed the journal: nobody but the engine writes there",
        rule="decision-refused",
    )
