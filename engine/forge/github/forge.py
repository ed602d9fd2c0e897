"""The forge on GitHub: people decide by merging, closing or editing pull requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from engine.forge.github.answering import Answerer
from engine.forge.github.api import Api
from engine.forge.github.board import show
from engine.forge.github.client import ApiError, Client, Pace
from engine.forge.github.desk import Desk
from engine.forge.github.firsts import first_seen
from engine.forge.github.pulls import Pulls
from engine.forge.github.responding import Responder
from engine.forge.github.rulings import Bench, confirmed, rulings
from engine.forge.github.sayings import Sayings
from engine.forge.github.showing import Shower
from engine.forge.github.values import Pull
from engine.forge.github.where import where
from engine.forge.github.work import Work, warning
from engine.forge.proposal import Proposal, Ruling, Told
from engine.forge.scene import News, Scene
from engine.forge.unheard import Unheard
from engine.load.logins import LOGINS
from engine.problem import Place, Problem, Severity
from engine.refusal import RefusalError
from engine.repo import Refs, Repo
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.workspace import Workspace

#: Writes that are kept for the dashboard, whatever the rest has used up.
REPORTING = 3

#: Seconds between two writes, where the environment says so.
PAUSE = "GOODTERMS_GITHUB_PAUSE"


@dataclass(slots=True)
class GitHubForge:
    """Pull requests, comments and one issue of one repository on GitHub.

    Nothing is kept from run to run: each looks at how things stand and puts right
    what is not as it should be.
    """

    repo: Repo
    settings: Settings
    api: Api
    _asked: Desk | None = field(default=None, init=False, repr=False)
    _sayings: Sayings = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._sayings = Sayings(self.api)

    def remember(self, refs: Refs) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Remember which account each of us is that was not seen before."""
        try:
            return first_seen(self.repo, self.api, self.settings, refs.main), ()
        except (ApiError, RefusalError) as error:
            severity: Severity = "warning" if isinstance(error, ApiError) else "error"
            told = f"nobody knows whose login is whose: {error}"
            hint = "the next run looks again"
            return {}, (Problem(Place(LOGINS), told, hint, severity, "logins"),)

    def rulings(
        self, refs: Refs, proposals: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Say which are approved, declined, void or refused, by verified evidence."""
        return rulings(self._bench(refs), proposals)

    def confirm(
        self, refs: Refs, approved: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Gather and judge the evidence for each once more."""
        return confirmed(self._bench(refs), approved)

    def unheard(self, refs: Refs, workspace: "Workspace") -> Unheard:
        """Read the open forms once more, and say whom they may be about."""
        from engine.intake.waiting import unheard  # noqa: PLC0415 - it asks through us

        return unheard(self.repo, self.api, refs.main, workspace)

    def ask(self, scene: Scene) -> Told:
        """Open, refresh and close pull requests, and answer what was decided."""
        work = Work()
        desk = self._desk(scene)
        _show(desk, work)
        _answer(desk, work)
        Responder(desk, work, self._sayings).respond()
        return work.told()

    def report(self, scene: Scene, news: News) -> Told:
        """Write the dashboard; what goes wrong with it is a warning."""
        self.api.client.reserve(REPORTING)
        try:
            return show(self._desk(scene), news), ()
        except ApiError as error:
            told = f"the dashboard could not be written: {error}"
            return (), (warning("goodterms.yaml", told),)

    def _bench(self, refs: Refs) -> Bench:
        return Bench(
            self.repo,
            self.settings,
            refs,
            self.api,
            Pulls(self.api),
            self._sayings,
        )

    def _desk(self, scene: Scene) -> Desk:
        """Return the desk for a scene; what was read there is not read again."""
        if self._asked is None or self._asked.scene is not scene:
            self._asked = Desk(self.api, Pulls(self.api), scene, self.repo)
        return self._asked


def open_github(settings: Settings, repo: Repo, env: Mapping[str, str]) -> GitHubForge:
    """Connect to the GitHub of the environment; RefusalError says what is missing."""
    client = Client(where(env, repo), pace(env))
    return GitHubForge(repo, settings, Api(client))


def pace(env: Mapping[str, str]) -> Pace:
    """Read how long to wait between two writes; a second unless said otherwise."""
    text = env.get(PAUSE)
    if text is None:
        return Pace()
    if not text.replace(".", "", 1).isdecimal():
        raise RefusalError(f"{PAUSE} is '{text}', which is no number of seconds")
    seconds = float(text)
    return Pace(pause=seconds, backoff=min(seconds, Pace().backoff))


def _show(desk: Desk, work: Work) -> None:
    """Show what waits, the most urgent first."""
    refused = {ruling.proposal.name: ruling for ruling in desk.scene.refused}
    shower = Shower(desk, work)
    for each in sorted(desk.scene.proposals, key=lambda p: (p.expires, p.name)):
        job = partial(shower.show, each, refused.get(each.name))
        work.do(f"show {each.name}", each.path, job)


def _answer(desk: Desk, work: Work) -> None:
    """Answer what is settled, and what nobody asked for."""
    answerer = Answerer(desk, work)

    found: list[tuple[str, Pull]] = []
    look = partial(_collect, answerer, found)
    work.do("look for what is settled", "goodterms.yaml", look)
    for name, pull in found:
        job = partial(answerer.answer, name, pull)
        work.do(f"answer {name}", _journal(name), job)
    for name in desk.scene.strange:
        work.do(f"refuse {name}", _journal(name), partial(answerer.object, name))


def _collect(answerer: Answerer, found: list[tuple[str, Pull]]) -> None:
    found += answerer.candidates()


def _journal(name: str) -> str:
    return f"ledger/{name.partition('/')[0]}/journal.yaml"
