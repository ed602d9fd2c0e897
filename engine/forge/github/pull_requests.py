"""Which pull request belongs to a proposal: the one from its branch."""

from dataclasses import dataclass, field

from goodterms.forge.github.api import Api
from goodterms.forge.github.objects import PullRequest


@dataclass
class PullRequests:
    """Finds pull requests by their branch, reading the open ones only once."""

    api: Api
    _open: dict[str, PullRequest] | None = field(default=None, repr=False)
    _met: dict[str, PullRequest] = field(default_factory=dict, repr=False)

    @property
    def open(self) -> dict[str, PullRequest]:
        """The open pull requests by branch. Raises ApiError."""
        return self.load() if self._open is None else self._open

    def load(self) -> dict[str, PullRequest]:
        """Read the open pull requests, by branch. Raises ApiError."""
        self._open = {pull.branch: pull for pull in self.api.open_pulls()}
        return self._open

    def find(self, branch: str) -> PullRequest | None:
        """Find the one that counts: open, else merged, else the one closed last.

        Raises ApiError.
        """
        return self.open.get(branch) or self.look_up(branch)

    def look_up(self, branch: str) -> PullRequest | None:
        """Ask again for one branch; what is found open is kept in mind."""
        pulls = self.api.pulls_of(branch)
        if not pulls:
            return None
        best = max(pulls, key=lambda p: (p.open, p.merged is not None, p.number))
        if best.open:
            self.keep(best)
        self._met[branch] = best
        return best

    def known(self, branch: str) -> PullRequest | None:
        """Return the one that counts, if it was read before; asks only for the open."""
        return self.open.get(branch) or self._met.get(branch)

    def keep(self, pull: PullRequest) -> None:
        """Keep an open pull request in mind."""
        self.open[pull.branch] = pull
