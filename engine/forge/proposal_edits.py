"""Edits of a proposal's file on its branch."""

from goodterms.forge.decision_file import choice, edit_flaw
from goodterms.forge.protocol import Proposal
from goodterms.git import Refs, Repo, knows, read_files
from goodterms.views import ProposalEdit


def edit_of(repo: Repo, refs: Refs, proposal: Proposal) -> ProposalEdit:
    """Say what a proposal's file chooses now, if it was edited, or its flaw."""
    path = repo.path(proposal.path)
    tips = (proposal.commit, refs.proposals.get(proposal.branch))
    proposed, edited = (_text(repo, tip, path) for tip in tips)
    if proposed is None or edited is None or edited == proposed:
        return ProposalEdit()
    flaw = edit_flaw(proposed, edited, proposal.choices)
    return ProposalEdit(flaw=flaw) if flaw else ProposalEdit(choice(edited))


def _text(repo: Repo, commit: str | None, path: str) -> bytes | None:
    if commit is None or not knows(repo, commit):
        return None
    return read_files(repo, commit, [path]).get(path)
