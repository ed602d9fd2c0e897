"""What the engine did: ``ledger/<account>/journal.yaml``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from goodterms.load import value_readers
from goodterms.load.finding import Finding, at, attempt
from goodterms.load.load_file import Problems, series, single, stem
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    ValueNotAllowedError,
    amount_from_zero,
    bare_amount,
    digest,
    entry_id,
    flag,
    line,
    listed,
    mapping,
    maybe,
    name,
    object_id,
    one_of,
    policy_ref,
    read_date,
    table,
    text,
    whole,
    zone,
)
from goodterms.model.journal import (
    DECISION_STATES,
    ENTRY_KINDS,
    HANDOVERS,
    OUTBOX,
    SEND_STATES,
    ApprovalProof,
    ApprovalReview,
    ChargeRow,
    Decision,
    JournalDocument,
    JournalRow,
)
from goodterms.model.ledger import CHANNELS
from goodterms.model.problem import Place, Problem
from goodterms.yaml.events import Value
from goodterms.yaml.journal_scan import odd_line

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
        proposed=read_date(data["proposed"]),
        expires=read_date(data["expires"]),
        step=name(data["step"]),
        policy=policy_ref(data["policy"]),
        invoices=listed(data["invoices"], row, 1),
        choose=name(data["choose"]),
        facts=digest(data["facts"]),
    )
    if made.id != key or made.expires < made.proposed:
        raise ValueNotAllowedError
    return made


def explain_decision(key: str, raw: Value) -> Iterable[Finding]:
    """Say all that is wrong with a decision, whose file gives its id."""
    return explained("decision", partial(_own_name, key), _expiry)(raw)


def _own_name(key: str, raw: Value) -> Iterator[Finding]:
    written = attempt(entry_id, at(raw, "id"))
    if written is not None and written != key:
        fault = f"id '{written}' is not the name of the file, '{key}'"
        yield Finding(("id",), fault, "they must be the same", "file-name")


def _expiry(raw: Value) -> Iterator[Finding]:
    proposed = attempt(read_date, at(raw, "proposed"))
    expires = attempt(read_date, at(raw, "expires"))
    if proposed and expires and expires < proposed:
        fault = f"expires {expires} is before proposed {proposed}"
        yield Finding(("expires",), fault, "one of the two is wrong", "order")


Fields: TypeAlias = Mapping[str, Callable[[Value], object]]

_ROW_KEYS = frozenset({"id", "step", "open", "amount", "policy"})
_CLAIM_KEYS = frozenset({"invoice", "interest", "compensation"})
_VOICE_KEYS = frozenset({"id", "user", "commit", "at"})
_PROOF_KEYS = frozenset({"head", "merge", "blob", "approvers", "merged_at", "logins"})
_PROOF_KEYS |= {"pull", "merged_by", "reviews"}
_number = whole(1, 10**15)
_FIRST_KEYS = ("on", "kind", "state")


def row(raw: Value) -> JournalRow:
    """Read an invoice of an entry or a decision. Raises ValueError or KeyError."""
    data = mapping(raw, _ROW_KEYS)
    return JournalRow(
        value_readers.invoice_id(data["id"]),
        maybe(data, "step", name),
        maybe(data, "open", bare_amount),
        maybe(data, "amount", bare_amount),
        maybe(data, "policy", policy_ref),
    )


def _rows(raw: Value) -> tuple[JournalRow, ...]:
    return listed(raw, row)


def _totals(raw: Value) -> tuple[tuple[str, str], ...]:
    totals = table(raw)
    return tuple(
        [
            (value_readers.currency(code), bare_amount(item))
            for code, item in totals.items()
        ]
    )


def _charge_row(raw: Value) -> ChargeRow:
    data = mapping(raw, _CLAIM_KEYS)
    return ChargeRow(
        value_readers.invoice_id(data["invoice"]),
        amount_from_zero(data["interest"]),
        amount_from_zero(data["compensation"]),
    )


def _voice(raw: Value) -> ApprovalReview:
    data = mapping(raw, _VOICE_KEYS)
    return ApprovalReview(
        _number(data["id"]),
        _number(data["user"]),
        object_id(data["commit"]),
        value_readers.timestamp(data["at"]),
    )


def _proof(raw: Value) -> ApprovalProof:
    data = mapping(raw, _PROOF_KEYS)
    return ApprovalProof(
        head=object_id(data["head"]),
        merge=object_id(data["merge"]),
        blob=object_id(data["blob"]),
        approvers=object_id(data["approvers"]),
        merged_at=value_readers.timestamp(data["merged_at"]),
        logins=maybe(data, "logins", object_id),
        pull=maybe(data, "pull", _number),
        merged_by=maybe(data, "merged_by", _number),
        reviews=listed(data.get("reviews", []), _voice),
    )


_FIELDS: Fields = {
    "id": entry_id,
    "on": read_date,
    "kind": one_of(*ENTRY_KINDS),
    "state": one_of(*SEND_STATES, *DECISION_STATES),
    "step": name,
    "policy": policy_ref,
    "channel": one_of(*CHANNELS),
    "to": line,
    "invoices": _rows,
    "listed": _rows,
    "totals": _totals,
    "charges": partial(listed, read=_charge_row),
    "message": digest,
    "text": digest,
    "run": line,
    "handover": one_of(*HANDOVERS),
    "through": one_of(OUTBOX),
    "posted": flag,
    "why": partial(listed, read=text),
    "at": value_readers.timestamp,
    "expires": read_date,
    "facts": digest,
    "choose": name,
    "gate": policy_ref,
    "decision": entry_id,
    "offer": name,
    "valid_until": read_date,
    "partner": name,
    "by": partial(listed, read=line),
    "reason": text,
    "until": read_date,
    "error": text,
    "commit": line,
    "proof": _proof,
}


#: What to do about a git that changes the ends of lines in a checkout.
WHOLE_LINES = (
    "clone again with 'git clone -c core.autocrlf=false', and add a line '* -text' to"
    " .gitattributes there"
)


def load_journal(
    data: bytes, file: str, timezone: str
) -> tuple[tuple[JournalDocument, ...] | None, Problems]:
    """Read the documents of a journal, in order; *timezone* is the creditor's.

    It dates the documents that have no ``on``. A journal that is spelled as the
    engine never writes is refused, whatever it means: somebody else wrote it.
    """
    build = partial(build_journal, zone(timezone))
    documents, problems = series(data, file, build, explain_journal)
    odd = odd_line(data) if documents is not None else None
    if odd is None:
        return documents, problems
    fault = "this line is not spelled as the engine spells it"
    hint = (
        f"only the engine writes journals: see with 'git log -p -- {file}' what"
        " changed it, and undo that"
    )
    if b"\r" in data.split(b"\n")[odd - 1]:
        fault = "this line ends as the engine's do not, with a carriage return"
        hint += "; if nothing did, git changes line ends here: " + WHOLE_LINES
    return None, (Problem(Place(file, odd), fault, hint, rule="journal-spelling"),)


def build_journal(clock: ZoneInfo, raw: Sequence[Value]) -> tuple[JournalDocument, ...]:
    """Build documents from plain values. Raises ValueError or KeyError."""
    began: dict[str, date] = {}
    return tuple([_document(clock, began, item) for item in raw])


def _document(clock: ZoneInfo, began: dict[str, date], raw: Value) -> JournalDocument:
    if type(raw) is not dict:
        raise ValueNotAllowedError
    values = {key: _FIELDS[key](value) for key, value in raw.items()}
    key = str(values["id"])
    if key not in began:
        if not all(map(values.__contains__, _FIRST_KEYS)):
            raise ValueNotAllowedError
        began[key] = read_date(raw["on"])
    dated = values.get("on") or _day_of(values.get("at"), clock) or began[key]
    return JournalDocument.of(values | {"day": dated})


@lru_cache(maxsize=1024)
def _day_of(at: object, clock: ZoneInfo) -> date | None:
    """Return the day that a UTC timestamp falls on where the creditor is."""
    if at is None:
        return None
    moment = datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
    return moment.astimezone(clock).date()


def explain_journal(raw: Sequence[Value]) -> Iterator[Iterable[Finding]]:
    """Say all that is wrong with each document of a journal."""
    ids: set[str] = set()
    for document in raw:
        first = _first(document) if str(at(document, "id")) not in ids else []
        ids.add(str(at(document, "id")))
        yield [*first, *_ENTRY(document)]


def _first(raw: Value) -> Iterator[Finding]:
    """Say what the first document of an id lacks."""
    key = attempt(entry_id, at(raw, "id"))
    if key is None or not isinstance(raw, dict):
        return
    for required in _FIRST_KEYS:
        if required not in raw:
            fault = f"missing key '{required}' in the first document of '{key}'"
            yield Finding((), fault, rule="journal-first")


_ENTRY = explained("journal")
