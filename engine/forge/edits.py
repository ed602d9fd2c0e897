"""What people made of a proposal's file on its branch."""

from engine.forge.decisions import choice, edit_flaw
from engine.forge.proposal import Proposal
from engine.page import Edit
from engine.repo import Refs, Repo, knows, read_files


def edit_of(repo: Repo, refs: Refs, proposal: Proposal) -> Edit:
    """Say what a proposal's file chooses now, if it was edited, or its flaw."""
    path = repo.path(proposal.path)
    tips = (proposal.commit, refs.proposals.get(proposal.branch))
    proposed, found = (_text(repo, tip, path) for tip in tips)
    if proposed is None or found is None or found == proposed:
        return Edit()
    flaw = edit_flaw(proposed, found, proposal.choices)
    return Edit(flaw=flaw) if flaw else Edit(choice(found))


def _text(repo: Repo, commit: str | None, path: str) -> bytes | None:
    if commit is None or not knows(repo, commit):
        return None
    return read_files(repo, commit, [path]).get(path)
