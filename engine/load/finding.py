"""Something wrong at a path of a document, before its place in the file is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from goodterms.load.value_readers import Reader, amount
from goodterms.model.money import AmountError
from goodterms.model.problem import Problem, Severity
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path, Places
from goodterms.yaml.syntax_messages import one_line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path; ``on_key`` points at the key, not the value."""

    path: Path
    what: str
    hint: str = ""
    rule: str = "invalid"
    on_key: bool = False
    severity: Severity = "error"

    def problem(self, places: Places) -> Problem:
        """Say where in the file it is."""
        find = places.key if self.on_key else places.value
        fault, hint = one_line(self.what), one_line(self.hint)
        return Problem(find(self.path), fault, hint, self.severity, self.rule)


def at(raw: Value, *path: str | int) -> Value:
    """Follow a path into a document; None where it leads nowhere."""
    for part in path:
        if isinstance(raw, dict) and isinstance(part, str):
            raw = raw.get(part)
        elif isinstance(raw, list) and isinstance(part, int) and part < len(raw):
            raw = raw[part]
        else:
            return None
    return raw


def under(raw: Value, *path: str | int) -> Iterator[tuple[Path, Value]]:
    """List what stands directly under a path, each with its own path."""
    found = at(raw, *path)
    if isinstance(found, dict):
        yield from (((*path, key), value) for key, value in found.items())
    elif isinstance(found, list):
        yield from (((*path, index), value) for index, value in enumerate(found))


def attempt(read: Reader[T], value: Value) -> T | None:
    """Read a value; None where the schema has something to say about it."""
    try:
        return read(value)
    except ValueError:
        return None


def amount_findings(
    placed: Iterable[tuple[Path, Value]], code: str | None
) -> Iterator[Finding]:
    """Say which values are no amounts of a currency; None: nobody knows which."""
    for path, value in placed:
        if code is None or value is None:
            continue
        try:
            amount(value, code)
        except AmountError as error:
            yield Finding(path, error.what, error.hint, "amount")
        except ValueError:
            pass  # it is no text: the schema says so
