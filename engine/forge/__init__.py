"""Forges: where proposals are shown, approved and declined."""

import os

from goodterms.forge.decision_file import branch_of
from goodterms.forge.local.forge import LocalForge
from goodterms.forge.protocol import Forge, Proposal, Ruling
from goodterms.git import Repo
from goodterms.model.paths import decision_path
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

__all__ = [
    "Forge",
    "LocalForge",
    "Proposal",
    "Ruling",
    "branch_of",
    "decision_path",
    "open_forge",
]


def open_forge(settings: Settings, repo: Repo) -> Forge:
    """Make ready the forge of goodterms.yaml; RefusalError names those there are."""
    if settings.forge == "local":
        return LocalForge(repo, settings)
    if settings.forge == "github":
        from goodterms.forge.github.forge import open_github  # noqa: PLC0415 - an extra

        return open_github(settings, repo, os.environ)
    raise RefusalError(
        f"goodterms.yaml: forge: there is no '{settings.forge}'",
        did_you_mean(settings.forge, ["local", "github"]),
    )
