"""How a story is told: each step is one request, of which a few facts are kept.

The facts do not depend on the server's own numbers, hashes and addresses, so
that two servers can be compared.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.github_server.client import Answer, Client

_MOST = 60

Facts = Mapping[str, object]
Look = Callable[[Answer], object]


@dataclass(frozen=True, slots=True)
class Told:
    """One step: what was asked, and what was answered."""

    name: str
    method: str
    path: str
    status: int
    body: object
    facts: Facts


@dataclass(slots=True)
class Story:
    """The players, and what happened so far."""

    repo: str
    engine: Client
    dana: Client
    omar: Client
    told: list[Told] = field(default_factory=list)

    def ask(
        self,
        name: str,
        client: Client,
        call: tuple[str, str],
        body: object = None,
        /,
        **looks: Look,
    ) -> Answer:
        """Send one request below the repository and keep what *looks* see in it."""
        method, path = call
        answer = client.call(method, f"{self.repo}{path}", body)
        facts = {key: _seen(look, answer) for key, look in looks.items()}
        self.told.append(Told(name, method, path, answer.status, answer.body, facts))
        return answer


def _seen(look: Look, answer: Answer) -> object:
    try:
        return look(answer)
    except (AssertionError, KeyError, TypeError, IndexError):
        return "(absent)"


def key(*names: str) -> Look:
    """Look at a value inside objects."""

    def look(answer: Answer) -> object:
        value = answer.body
        for name in names:
            assert isinstance(value, dict)
            value = value[name]
        return value

    return look


def each(*names: str) -> Look:
    """Look at the same value inside every row of a list."""

    def look(answer: Answer) -> object:
        rows = answer.rows()
        return [key(*names)(Answer(0, answer.headers, row)) for row in rows]

    return look


def same(expected: object, look: Look) -> Look:
    """Look whether a value is the expected one, when the value itself varies."""
    return lambda answer: look(answer) == expected


Row = tuple[str, str, str, str]


def differences(ours: Sequence[Told], theirs: Sequence[Told]) -> list[Row]:
    """List what two servers told differently: step, fact, ours, theirs.

    Where the status differs, all else is bound to.
    """
    found: list[Row] = []
    for one, other in zip(ours, theirs, strict=True):
        if one.status != other.status:
            found.append((one.name, "status", str(one.status), str(other.status)))
            continue
        pairs = ((name, one.facts[name], other.facts[name]) for name in one.facts)
        found += [(one.name, n, _short(a), _short(b)) for n, a, b in pairs if a != b]
    return found


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    text = text.replace("\n", " ").replace("|", "/")
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


def table(rows: Sequence[Row]) -> str:
    """Write differences as a table in Markdown."""
    head = ["| step | what | ours | emulate |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])
