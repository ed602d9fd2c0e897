"""Run writes in sequence; those beyond a rate limit are left for the next run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from goodterms.forge.github.client import ApiError, LimitError
from goodterms.model.problem import Place, Problem, Severity

#: Where an administrator allows what is off in a new repository.
ALLOW_PULLS = (
    "allow it: Settings > Actions > General > Workflow permissions > Allow GitHub"
    " Actions to create and approve pull requests"
)
_PERMISSIONS = (
    "give the job what it needs: permissions: {contents: write, pull-requests: write,"
    " issues: write}"
)

#: So many times without an answer, and GitHub is left alone.
_SILENCE = 3


@dataclass
class WriteQueue:
    """What has been done on GitHub, and what has not."""

    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ended: str = ""
    _unanswered: int = 0

    def do(self, task: str, path: str, job: Callable[[], None]) -> None:
        """Do one thing, or keep it for the next run; *path* is what it is about.

        A failure is a problem of its own: the next thing is tried all the same,
        unless GitHub wants a pause or does not answer.
        """
        if self.ended:
            self.left.append(task)
            return
        try:
            job()
        except LimitError as limit:
            self.ended = str(limit)
            self.left.append(task)
        except ApiError as error:
            self._failed(task, path, error)

    def told(self) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
        """Return the lines and problems; what was left is named among them."""
        if not self.left:
            return tuple(self.lines), tuple(self.problems)
        shown = ", ".join(self.left[:3]) + (" …" if self.left[3:] else "")
        message = f"{len(self.left)} left for the next run ({shown}): {self.ended}"
        left = Problem(
            Place("goodterms.yaml"),
            message,
            "nothing is lost: run again later",
            "warning",
            "carried-over",
        )
        return (*self.lines, message), (*self.problems, left)

    def _failed(self, task: str, path: str, error: ApiError) -> None:
        hint = "the next run tries again"
        if error.status == HTTPStatus.FORBIDDEN:
            is_pulls = "create or approve pull requests" in str(error)
            hint = ALLOW_PULLS if is_pulls else _PERMISSIONS
        severity: Severity = "warning" if is_too_new(error) else "error"
        message = f"{task}: {error}"
        self.problems.append(Problem(Place(path), message, hint, severity, "github"))
        if error.status == 0:
            self._unanswered += 1
        if self._unanswered == _SILENCE:
            self.ended = "GitHub does not answer"


def is_too_new(error: ApiError) -> bool:
    """Whether GitHub has yet to learn everywhere of what it has just made."""
    return "resolve to a node" in str(error)


def warning(path: str, message: str, hint: str = "") -> Problem:
    """Word something that did not work and stops nothing."""
    return Problem(Place(path), message, hint, "warning", "github")
