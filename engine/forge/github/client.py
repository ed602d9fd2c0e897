"""Talk to GitHub: reads are tried again, writes never; both at a bearable pace."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

from goodterms import __version__
from goodterms.forge.github.actor import Actor, read_node
from goodterms.forge.github.config import GitHubConfig
from goodterms.model.refusal import RefusalError

if TYPE_CHECKING:
    from requests import Response, Session

Json: TypeAlias = Any
T = TypeVar("T")

_PER_PAGE, _MOST_PAGES = 100, 100
_TIMEOUT = 30
_MOST_REDIRECTS = 5
_LIMITS = (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
_LIMIT_WORDS = ("rate limit", "abuse detection", "submitted too quickly")
_ME = "query { viewer { login databaseId } }"
_TOO_QUICK = "submitted too quickly"


@dataclass(frozen=True, slots=True)
class RequestPace:
    """How fast, how much and how patiently. Times are in seconds.

    ``pause`` lies between two writes, of which a run may do ``writes``; a read
    is tried ``tries`` times, ``backoff`` apart and then twice that, and waits
    for a rate limit that ends within ``patience``.
    """

    pause: float = 1.0
    writes: int = 120
    tries: int = 3
    backoff: float = 1.0
    patience: float = 90.0


class ApiError(Exception):
    """GitHub refused, or did not answer: ``status`` is 0 then.

    ``unclear`` says that what was asked for may have happened all the same.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.unclear = status == 0 or status >= HTTPStatus.INTERNAL_SERVER_ERROR


class LimitError(ApiError):
    """No more for now: nothing happened, and the next run goes on."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message, HTTPStatus.TOO_MANY_REQUESTS)
        self.wait = wait


@dataclass
class Client:
    """One connection to one repository's GitHub, used by one thread."""

    where: GitHubConfig
    pace: RequestPace = RequestPace()
    written: int = 0
    limit: LimitError | None = None
    deaf: LimitError | None = None
    most: int = field(init=False)
    _last: float = field(default=0.0, repr=False)

    def __post_init__(self) -> None:
        self.most = self.pace.writes

    def get(self, path: str, **query: str | int) -> Json:
        """Read something. Raises ApiError, at once where GitHub wants a long pause."""
        return self._read(path, query)[1]

    def pages(self, path: str, **query: str | int) -> Iterator[Json]:
        """Read a list to its end, page by page as it is asked for."""
        number, more = 1, True
        while more and number <= _MOST_PAGES:
            page_query = {**query, "per_page": _PER_PAGE, "page": number}
            headers, items = self._read(path, page_query)
            yield from items
            number, more = number + 1, 'rel="next"' in headers.get("link", "")

    def write(self, verb: str, path: str, body: Json = None) -> Json:
        """Change something, once: it is never asked for a second time.

        Raises LimitError when the run has written enough, ApiError otherwise.
        """
        self._make_room()
        try:
            return self._ask(verb, path, {}, body)[1]
        except LimitError as limit:
            self.limit = limit
            raise

    def graphql(self, mutation: str, variables: Mapping[str, str]) -> Json:
        """Change what only GraphQL can, once. Raises ApiError."""
        body = {"query": mutation, "variables": dict(variables)}
        return _data(self.write("POST", self.where.graphql, body))

    def query(self, query: str, variables: Mapping[str, str | int | None]) -> Json:
        """Read what only GraphQL tells; it is tried again like any read.

        Raises ApiError.
        """
        body = {"query": query, "variables": dict(variables)}
        url = self.where.graphql
        return self._patiently(lambda: _data(self._ask("POST", url, {}, body)[1]))

    @cached_property
    def me(self) -> Actor:
        """Whom the token acts as, asked once: a person, or a bot. Raises ApiError."""
        return read_node(self.query(_ME, {})["viewer"])

    def reserve(self, writes: int) -> None:
        """Let so many more writes through, unless GitHub itself wants a pause."""
        self.most = max(self.most, self.written + writes)

    def _make_room(self) -> None:
        """Wait for one's turn to write, or refuse: enough was written."""
        if self.limit:
            raise self.limit
        if self.written >= self.most:
            message = f"this run has written {self.written} times, as often as it may"
            raise LimitError(message)
        wait = self._last + self.pace.pause - time.monotonic()
        if self.written and wait > 0:
            time.sleep(wait)
        self._last = time.monotonic()
        self.written += 1

    def _read(
        self, path: str, query: Mapping[str, str | int]
    ) -> tuple[dict[str, str], Json]:
        return self._patiently(lambda: self._ask("GET", path, query))

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask for what changes nothing, again where it may help."""
        for attempt in range(1, self.pace.tries + 1):
            if self.deaf:
                raise self.deaf
            try:
                return ask()
            except ApiError as error:
                wait = self._patience(error, attempt)
                if wait is None:
                    self._give_up(error)
                    raise
            time.sleep(wait)
        raise AssertionError("the last attempt either answers or raises")

    def _give_up(self, error: ApiError) -> None:
        """Ask nothing more in this run of a GitHub that wants a pause."""
        if isinstance(error, LimitError):
            self.deaf = self.limit = error

    def _patience(self, error: ApiError, attempt: int) -> float | None:
        """Say how long to wait before a read is tried again; None: not at all."""
        if attempt == self.pace.tries:
            return None
        if isinstance(error, LimitError):
            return error.wait if error.wait <= self.pace.patience else None
        return self.pace.backoff * 2 ** (attempt - 1) if error.unclear else None

    def _ask(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str | int],
        body: Json = None,
    ) -> tuple[dict[str, str], Json]:
        request, session = f"{verb} {path}", self._session
        from requests import RequestException  # noqa: PLC0415 - an extra, and slow

        try:
            response = self._send(session, verb, path, query, body)
        except (RequestException, RuntimeError) as error:
            why = type(error).__name__
            raise ApiError(f"GitHub did not answer {request}: {why}") from None
        status = response.status_code
        headers = {name.lower(): text for name, text in response.headers.items()}
        content = _parsed(response.text)
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return headers, content
        words = _words([content])
        if _is_limit(status, headers, words):
            raise LimitError(*_until(headers, words))
        raise ApiError(f"GitHub answered {status} to {request}: {words}", status)

    def _send(
        self,
        session: "Session",
        verb: str,
        path: str,
        query: Mapping[str, str | int],
        body: Json,
    ) -> "Response":
        """Send a request, and again to where GitHub says that it has moved for good.

        A repository that was renamed answers 301; the token goes to no other host.
        Raises RuntimeError for a redirect to one, RequestException without an answer.
        """
        url = path if path == self.where.graphql else f"{self.where.api}{path}"
        parameters: list[tuple[str, str | int]] | None = sorted(query.items())
        for _hop in range(_MOST_REDIRECTS):
            response = session.request(
                verb,
                url,
                params=parameters,
                data=None if body is None else json.dumps(body),
                headers={} if body is None else {"Content-Type": "application/json"},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            location = response.headers.get("location")
            if response.status_code != HTTPStatus.MOVED_PERMANENTLY or not location:
                return response
            moved = urljoin(url, location)
            if _origin(moved) != _origin(url) or moved == response.url:
                raise RuntimeError(f"GitHub redirects to {moved}")
            url, parameters = moved, None
        raise RuntimeError("GitHub redirects without end")

    @cached_property
    def _session(self) -> "Session":
        """The connections, kept open; they try nothing twice, and read no .netrc."""
        try:
            import requests  # noqa: PLC0415 - an extra, and slow
        except ImportError:
            raise RefusalError(
                "'forge: github' needs requests, which is not installed",
                "pip install 'goodterms[github]'",
            ) from None
        session = requests.Session()
        session.auth = lambda request: request
        session.headers["User-Agent"] = f"goodterms/{__version__}"
        session.headers["Authorization"] = f"token {self.where.token}"
        return session


def _origin(url: str) -> tuple[str, str | None]:
    """Return the scheme and the host of an address: what a token belongs to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname


def _data(json: Json) -> Json:
    errors = json.get("errors")
    if errors:
        raise ApiError(f"GitHub refused a query: {_words(errors)}", 422)
    return json["data"]


def _parsed(text: str) -> Json:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return {"message": "something that is no JSON"}


def _words(errors: list[Json]) -> str:
    """Put GitHub's own words on one line: its message, and its errors'."""
    parts_of_errors: list[str] = []
    for error in errors:
        if not isinstance(error, dict):
            parts_of_errors.append(str(error))
            continue
        parts = [error.get("message"), error.get("field"), error.get("code")]
        parts_of_errors.append(" ".join(str(part) for part in parts if part))
        parts_of_errors += [_words([nested]) for nested in error.get("errors") or []]
    return ", ".join(" ".join(part.split()) for part in parts_of_errors if part)[:500]


def _is_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether GitHub wants a pause; of too much content at once it says so in 422."""
    if status not in _LIMITS:
        return _TOO_QUICK in message
    spent = headers.get("x-ratelimit-remaining") == "0"
    words = message.lower()
    return spent or "retry-after" in headers or any(w in words for w in _LIMIT_WORDS)


def _until(headers: Mapping[str, str], message: str) -> tuple[str, float]:
    """Say when GitHub will listen again, by its own clock.

    The hour's budget comes with every answer and tells only when it is spent;
    a limit without a word of its own is over in a minute.
    """
    wait = 60.0
    spent = headers.get("x-ratelimit-remaining") == "0"
    if headers.get("retry-after", "").isdecimal():
        wait = float(headers["retry-after"])
    elif spent and {"x-ratelimit-reset", "date"} <= headers.keys():
        sent = parsedate_to_datetime(headers["date"]).timestamp()
        wait = max(0.0, float(headers["x-ratelimit-reset"]) - sent)
    return f"GitHub wants a pause of {wait:.0f} s: {message}", wait
