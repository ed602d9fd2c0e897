"""What a run works on: the repository, its tips, the ledger there, and the time."""

from dataclasses import dataclass
from datetime import date

from goodterms.git import Refs, Repo
from goodterms.model.journal import EntryTime
from goodterms.model.settings import Settings
from goodterms.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RunContext:
    """One state of the ledger: ``workspace`` shows the files of ``refs.main``."""

    repo: Repo
    refs: Refs
    workspace: Workspace
    when: EntryTime

    @property
    def settings(self) -> Settings:
        """The settings of the ledger."""
        return self.workspace.settings

    @property
    def day(self) -> date:
        """The day that counts, where the creditor is."""
        return self.when.day
