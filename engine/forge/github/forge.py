"""The forge on GitHub: people decide by merging, closing or editing pull requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from goodterms.forge.github.answer_comments import CommentResponder
from goodterms.forge.github.api import Api
from goodterms.forge.github.client import ApiError, Client, RequestPace
from goodterms.forge.github.close_pull_requests import PullRequestCloser
from goodterms.forge.github.comments import PullRequestComments
from goodterms.forge.github.config import where
from goodterms.forge.github.dashboard import show
from goodterms.forge.github.decisions import DecisionReader, confirmed, rulings
from goodterms.forge.github.known_logins import first_seen
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.open_pull_requests import PullRequestUpdater
from goodterms.forge.github.pull_requests import PullRequests
from goodterms.forge.github.session import GitHubSession
from goodterms.forge.github.write_queue import WriteQueue, warning
from goodterms.forge.protocol import (
    LedgerStatus,
    Proposal,
    Ruling,
    RunReport,
    Told,
    UnreadForms,
)
from goodterms.forge.run_context import RunContext
from goodterms.git import Repo
from goodterms.model.paths import LOGINS, journal_path
from goodterms.model.problem import Place, Problem, Severity
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

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
    _asked: GitHubSession | None = field(default=None, init=False, repr=False)
    _sayings: PullRequestComments = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._sayings = PullRequestComments(self.api)

    def remember(
        self, context: RunContext
    ) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Remember which account each of us is that was not seen before."""
        try:
            return first_seen(self.repo, self.api, self.settings, context.refs.main), ()
        except (ApiError, RefusalError) as error:
            severity: Severity = "warning" if isinstance(error, ApiError) else "error"
            told = f"nobody knows whose login is whose: {error}"
            hint = "the next run looks again"
            return {}, (Problem(Place(LOGINS), told, hint, severity, "logins"),)

    def rulings(
        self, context: RunContext, proposals: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Say which are approved, declined, void or refused, by verified evidence."""
        return rulings(self._bench(context), proposals)

    def confirm(
        self, context: RunContext, approved: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Gather and judge the evidence for each once more."""
        return confirmed(self._bench(context), approved)

    def unheard(self, context: RunContext) -> UnreadForms:
        """Read the open forms once more, and say whom they may be about."""
        from goodterms.forge.github.issue_forms.unread import unheard  # noqa: PLC0415 - it asks through us

        return unheard(self.repo, self.api, context.refs.main, context.workspace)

    def ask(self, scene: LedgerStatus) -> Told:
        """Open, refresh and close pull requests, and answer what was decided."""
        work = WriteQueue()
        desk = self._desk(scene)
        _show(desk, work)
        _answer(desk, work)
        CommentResponder(desk, work, self._sayings).respond()
        return work.told()

    def report(self, scene: LedgerStatus, news: RunReport) -> Told:
        """Write the dashboard; what goes wrong with it is a warning."""
        self.api.client.reserve(REPORTING)
        try:
            return show(self._desk(scene), news), ()
        except ApiError as error:
            told = f"the dashboard could not be written: {error}"
            return (), (warning("goodterms.yaml", told),)

    def _bench(self, context: RunContext) -> DecisionReader:
        return DecisionReader(
            self.repo,
            self.settings,
            context.refs,
            self.api,
            PullRequests(self.api),
            self._sayings,
        )

    def _desk(self, scene: LedgerStatus) -> GitHubSession:
        """Return the desk for a scene; what was read there is not read again."""
        if self._asked is None or self._asked.scene is not scene:
            self._asked = GitHubSession(
                self.api, PullRequests(self.api), scene, self.repo
            )
        return self._asked


def open_github(settings: Settings, repo: Repo, env: Mapping[str, str]) -> GitHubForge:
    """Connect to the GitHub of the environment; RefusalError says what is missing."""
    client = Client(where(env, repo), pace(env))
    return GitHubForge(repo, settings, Api(client))


def pace(env: Mapping[str, str]) -> RequestPace:
    """Read how long to wait between two writes; a second unless said otherwise."""
    text = env.get(PAUSE)
    if text is None:
        return RequestPace()
    if not text.replace(".", "", 1).isdecimal():
        raise RefusalError(f"{PAUSE} is '{text}', which is no number of seconds")
    seconds = float(text)
    return RequestPace(pause=seconds, backoff=min(seconds, RequestPace().backoff))


def _show(desk: GitHubSession, work: WriteQueue) -> None:
    """Show what waits, the most urgent first."""
    refused = {ruling.proposal.name: ruling for ruling in desk.scene.refused}
    shower = PullRequestUpdater(desk, work)
    for each in sorted(desk.scene.proposals, key=lambda p: (p.expires, p.name)):
        job = partial(shower.show, each, refused.get(each.name))
        work.do(f"show {each.name}", each.path, job)


def _answer(desk: GitHubSession, work: WriteQueue) -> None:
    """Answer what is settled, and what nobody asked for."""
    answerer = PullRequestCloser(desk, work)

    found: list[tuple[str, PullRequest]] = []
    look = partial(_collect, answerer, found)
    work.do("look for what is settled", "goodterms.yaml", look)
    for name, pull in found:
        job = partial(answerer.answer, name, pull)
        work.do(f"answer {name}", _journal(name), job)
    for name in desk.scene.strange:
        work.do(f"refuse {name}", _journal(name), partial(answerer.object, name))


def _collect(answerer: PullRequestCloser, found: list[tuple[str, PullRequest]]) -> None:
    found += answerer.candidates()


def _journal(name: str) -> str:
    return journal_path(name.partition("/")[0])
