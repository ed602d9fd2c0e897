"""What a run is asked to do, what it works with, and what it comes to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from goodterms import render
from goodterms.channels import Channel, open_channels
from goodterms.forge import Forge, open_forge
from goodterms.git import Repo
from goodterms.model.journal import EntryTime
from goodterms.model.ledger import Account
from goodterms.model.plan import Action, Plan
from goodterms.model.problem import Problem, has_errors
from goodterms.model.settings import Settings
from goodterms.workspace.plan_all import make_plan
from goodterms.workspace.workspace import Workspace

if TYPE_CHECKING:
    from goodterms.model.ledger import Account
    from goodterms.workspace.workspace import Workspace

Problems: TypeAlias = tuple[Problem, ...]

#: Exit codes of a run, beside 0 and 1.
BRAKED, RACE_LOST, WAITS_FOR_A_PERSON = 3, 4, 5


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as text, kept in the ledger, and in the forms that leave.

    ``digest`` is that of everything that is said; equal digests say the same.
    """

    text: bytes
    parts: Mapping[str, bytes]
    digest: str


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One run. ``now`` is the clock, read once, in UTC; ``id`` is this run's own.

    ``as_of`` plays another day than today (None: today); ``release`` names
    the brakes that this run may exceed; ``digest`` and ``planned_for`` are
    those of the only plan that it may carry out.
    """

    root: Path
    now: datetime
    id: str
    as_of: date | None = None
    release: frozenset[str] = frozenset()
    dry_run: bool = False
    digest: str | None = None
    planned_for: date | None = None

    def moment(self, settings: Settings) -> EntryTime:
        """Say which day it is where the creditor is; a day played is at its noon."""
        zone = ZoneInfo(settings.creditor.timezone)
        if self.as_of is None:
            return EntryTime(self.now.astimezone(zone).date(), self.now)
        noon = datetime.combine(self.as_of, time(12), zone)
        return EntryTime(self.as_of, noon.astimezone(self.now.tzinfo))


@dataclass(frozen=True, slots=True)
class RunDependencies:
    """What a run works with, each to be had in another make for a test."""

    open: Callable[[Path], "tuple[Workspace | None, Problems]"]
    plan: Callable[["Workspace", date, Sequence[str] | None], Plan]
    write: Callable[
        ["Workspace", "Account", Action, EntryTime],
        tuple[OutgoingMessage | None, Problems],
    ]
    channels: Callable[[Settings, Path], Mapping[str, Channel]]
    forge: Callable[[Settings, Repo], Forge]


@dataclass(slots=True)
class RunResult:
    """What a run has come to so far: told line by line, and summed up.

    ``say`` is given each line as it happens.
    """

    say: Callable[[str], None]
    plan: Plan | None = None
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing needs attention."""
        return not self.codes and not has_errors(self.problems)

    @property
    def told(self) -> str:
        """How the run went, in a sentence."""
        done = [f"{number} {name}" for name, number in sorted(self.figures.items())]
        errors = sum(problem.severity == "error" for problem in self.problems)
        done += [f"{errors} problem{'s' if errors > 1 else ''}"] if errors else []
        done += ["held by a brake"] if BRAKED in self.codes else []
        return ", ".join(done) or "nothing was due"

    def tell(self, phase: str, what: str) -> None:
        """Report something that a phase did."""
        line = f"{phase:<8} {what}"
        self.lines.append(line)
        self.say(line)

    def take_over(self, draft: "RunResult") -> None:
        """Make a draft's findings this run's own, and tell its lines."""
        self.plan = draft.plan
        self.problems += draft.problems
        self.codes += draft.codes
        self.doubts += draft.doubts
        for line in draft.lines:
            self.lines.append(line)
            self.say(line)

    def count(self, figure: str, number: int = 1) -> None:
        """Add to a figure of the report."""
        self.figures[figure] = self.figures.get(figure, 0) + number


def tools() -> RunDependencies:
    """Return the real ones."""
    return RunDependencies(Workspace.open, make_plan, write, open_channels, open_forge)


def write(
    workspace: Workspace, account: Account, action: Action, when: EntryTime
) -> tuple[OutgoingMessage | None, Problems]:
    """Render a message as text and in the forms that its channel takes.

    Equal arguments give equal bytes: the date in an e-mail is the moment's.
    """
    settings = workspace.settings
    rendered, problems = render.render(
        workspace.templates, action, account, settings, when.day, workspace.book
    )
    if rendered is None:
        return None, problems
    parts = {name: text.encode() for name, text in render.document(rendered).items()}
    if action.channel == "email":
        at = when.time.astimezone(ZoneInfo(settings.creditor.timezone))
        name = render.message_id(action, settings)
        parts = {".eml": render.eml(rendered, action, settings, name, at)}
    text = render.record_text(rendered, action).encode()
    return OutgoingMessage(text, parts, rendered.message_hash), problems
