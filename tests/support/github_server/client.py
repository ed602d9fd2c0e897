"""A plain HTTP client, for people who act and for tests of the server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit


class CallError(AssertionError):
    """A request that should have worked was refused."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and JSON of a reply."""

    status: int
    headers: Message
    body: object

    def good(self) -> "Answer":
        """Return the answer itself, or raise when it is a refusal."""
        if self.status >= 400:
            raise CallError(f"{self.status}: {json.dumps(self.body)}")
        return self

    def __getitem__(self, key: str) -> object:
        """Look a key up in an answer that is an object."""
        assert isinstance(self.body, dict), self.body
        return self.body[key]

    def rows(self) -> list[dict[str, object]]:
        """Return an answer that is a list of objects."""
        assert isinstance(self.body, list), self.body
        return self.body


@dataclass(slots=True)
class Client:
    """Talks to one API with one token, over a new connection each time."""

    base: str
    token: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 20

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request; *path* counts from the API's address."""
        parts = urlsplit(self.base)
        connection = HTTPConnection(str(parts.netloc), timeout=self.timeout)
        headers = {"user-agent": "forge-client", **self.headers}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        sent = None if body is None else json.dumps(body)
        try:
            connection.request(method, f"{parts.path}{path}", sent, headers)
            response = connection.getresponse()
            text = response.read()
            return Answer(response.status, response.headers, _body(text))
        finally:
            connection.close()

    def get(self, path: str, /, **query: object) -> Answer:
        """Read something; words after the path become its query."""
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, /, **body: object) -> Answer:
        """Create something."""
        return self.call("POST", path, body or None)

    def patch(self, path: str, /, **body: object) -> Answer:
        """Change something."""
        return self.call("PATCH", path, body or None)

    def put(self, path: str, /, **body: object) -> Answer:
        """Set something."""
        return self.call("PUT", path, body or None)

    def delete(self, path: str, /, **body: object) -> Answer:
        """Delete something."""
        return self.call("DELETE", path, body or None)


def _body(text: bytes) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode(errors="replace")
