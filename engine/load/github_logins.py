"""Whose login is whose: ``ledger/_github.yaml``, written by the engine."""

from collections.abc import Iterator, Mapping

from goodterms.load.finding import Finding
from goodterms.load.load_file import Problems, single
from goodterms.load.value_readers import ValueNotAllowedError, table, whole
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.events import Value

_HEAD = """\
# Which account of GitHub each login was when the engine first saw it, by number: a
# login can change hands. Take a line out when somebody of us has a new account; the
# next run writes it anew.
"""

_number = whole(1, 10**15)


def load_logins(data: bytes, file: str) -> tuple[Mapping[str, int] | None, Problems]:
    """Read the number of each login, in small letters."""
    return single(data, file, build_logins, _explain)


def build_logins(raw: Value) -> Mapping[str, int]:
    """Build the numbers from plain values. Raises ValueError."""
    found = {key.casefold(): _number(value) for key, value in table(raw).items()}
    if len(found) != len(table(raw)):
        raise ValueNotAllowedError
    return found


def logins_text(numbers: Mapping[str, int]) -> str:
    """Write the file, sorted by login."""
    return _HEAD + document(dict(sorted(numbers.items())))


def _explain(raw: Value) -> Iterator[Finding]:
    hint = "a line is a login and its number, like octocat: 583231"
    if not isinstance(raw, dict):
        yield Finding((), "this is no list of logins", hint, "logins")
        return
    seen: set[str] = set()
    for key, value in raw.items():
        if key.casefold() in seen:
            yield Finding((key,), f"'{key}' is here twice", hint, "logins", on_key=True)
        seen.add(key.casefold())
        if type(value) is not int or not 1 <= value <= 10**15:
            yield Finding(
                (key,), f"'{value}' is no number of an account", hint, "logins"
            )
