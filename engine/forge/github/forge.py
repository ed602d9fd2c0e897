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
    _last_session: GitHubSession | None = field(default=None, init=False, repr=False)
    _comments: PullRequestComments = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._comments = PullRequestComments(self.api)

    def remember(
        self, context: RunContext
    ) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Remember which account each of us is that was not seen before."""
        try:
            return first_seen(self.repo, self.api, self.settings, context.refs.main), ()
        except (ApiError, RefusalError) as error:
            severity: Severity = "warning" if isinstance(error, ApiError) else "error"
            message = f"nobody knows whose login is whose: {error}"
            hint = "the next run looks again"
            return {}, (Problem(Place(LOGINS), message, hint, severity, "logins"),)

    def rulings(
        self, context: RunContext, proposals: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Say which are approved, declined, void or refused, by verified evidence."""
        return rulings(self._decision_reader(context), proposals)

    def confirm(
        self, context: RunContext, approved: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Gather and judge the evidence for each once more."""
        return confirmed(self._decision_reader(context), approved)

    def unheard(self, context: RunContext) -> UnreadForms:
        """Read the open forms once more, and say whom they may be about."""
        from goodterms.forge.github.issue_forms.unread import unheard  # noqa: PLC0415 - it asks through us

        return unheard(self.repo, self.api, context.refs.main, context.workspace)

    def ask(self, status: LedgerStatus) -> Told:
        """Open, refresh and close pull requests, and answer what was decided."""
        queue = WriteQueue()
        session = self._session(status)
        _show(session, queue)
        _answer(session, queue)
        CommentResponder(session, queue, self._comments).respond()
        return queue.told()

    def report(self, status: LedgerStatus, run_report: RunReport) -> Told:
        """Write the dashboard; what goes wrong with it is a warning."""
        self.api.client.reserve(REPORTING)
        try:
            return show(self._session(status), run_report), ()
        except ApiError as error:
            message = f"the dashboard could not be written: {error}"
            return (), (warning("goodterms.yaml", message),)

    def _decision_reader(self, context: RunContext) -> DecisionReader:
        return DecisionReader(
            self.repo,
            self.settings,
            context.refs,
            self.api,
            PullRequests(self.api),
            self._comments,
        )

    def _session(self, status: LedgerStatus) -> GitHubSession:
        """Return the session of a status; what it has read is not read again."""
        if self._last_session is None or self._last_session.status is not status:
            self._last_session = GitHubSession(
                self.api, PullRequests(self.api), status, self.repo
            )
        return self._last_session


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


def _show(session: GitHubSession, queue: WriteQueue) -> None:
    """Show what waits, the most urgent first."""
    refused = {ruling.proposal.name: ruling for ruling in session.status.refused}
    updater = PullRequestUpdater(session, queue)
    for proposal in sorted(session.status.proposals, key=lambda p: (p.expires, p.name)):
        job = partial(updater.show, proposal, refused.get(proposal.name))
        queue.do(f"show {proposal.name}", proposal.path, job)


def _answer(session: GitHubSession, queue: WriteQueue) -> None:
    """Answer what is settled, and what nobody asked for."""
    closer = PullRequestCloser(session, queue)

    candidates: list[tuple[str, PullRequest]] = []
    collect = partial(_collect, closer, candidates)
    queue.do("look for what is settled", "goodterms.yaml", collect)
    for name, pull in candidates:
        job = partial(closer.answer, name, pull)
        queue.do(f"answer {name}", _journal(name), job)
    for name in session.status.strange:
        queue.do(f"refuse {name}", _journal(name), partial(closer.object, name))


def _collect(
    closer: PullRequestCloser, candidates: list[tuple[str, PullRequest]]
) -> None:
    candidates += closer.candidates()


def _journal(name: str) -> str:
    return journal_path(name.partition("/")[0])
