"""A merged decision: ``ledger/<account>/decisions/<id>.yaml``."""

from collections.abc import Iterable, Iterator
from functools import partial

from engine.journal import Decision
from engine.load.explain import explained
from engine.load.fields import day, digest, entry_id, name, policy_ref
from engine.load.finding import Finding, at, attempt
from engine.load.journal import row
from engine.load.reading import Problems, single, stem
from engine.load.shapes import RefusedError, listed, mapping
from engine.text.source import Value

_DECISION_KEYS = frozenset(
    {"id", "proposed", "expires", "step", "policy", "invoices", "choose", "facts"}
)


def load_decision(data: bytes, file: str) -> tuple[Decision | None, Problems]:
    """Read a proposal as its file states it; its id is the name of the file."""
    return single(
        data,
        file,
        partial(build_decision, stem(file)),
        partial(explain_decision, stem(file)),
    )


def build_decision(key: str, raw: Value) -> Decision:
    """Build a decision from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _DECISION_KEYS)
    made = Decision(
        id=entry_id(data["id"]),
        proposed=day(data["proposed"]),
        expires=day(data["expires"]),
        step=name(data["step"]),
        policy=policy_ref(data["policy"]),
        invoices=listed(data["invoices"], row, 1),
        choose=name(data["choose"]),
        facts=digest(data["facts"]),
    )
    if made.id != key or made.expires < made.proposed:
        raise RefusedError
    return made


def explain_decision(key: str, raw: Value) -> Iterable[Finding]:
    """Say all that is wrong with a decision, whose file gives its id."""
    return explained("decision", partial(_own_name, key), _expiry)(raw)


def _own_name(key: str, raw: Value) -> Iterator[Finding]:
    written = attempt(entry_id, at(raw, "id"))
    if written is not None and written != key:
        what = f"id '{written}' is not the name of the file, '{key}'"
        yield Finding(("id",), what, "they must be the same", "file-name")


def _expiry(raw: Value) -> Iterator[Finding]:
    proposed = attempt(day, at(raw, "proposed"))
    expires = attempt(day, at(raw, "expires"))
    if proposed and expires and expires < proposed:
        what = f"expires {expires} is before proposed {proposed}"
        yield Finding(("expires",), what, "one of the two is wrong", "order")
