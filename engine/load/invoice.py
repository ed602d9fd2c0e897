"""An invoice: ``ledger/<account>/invoices/<id>.yaml``."""

from collections.abc import Iterator
from functools import partial

from goodterms.load.finding import Finding, amount_findings, at, attempt, under
from goodterms.load.load_file import Problems, single, stem
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    ValueNotAllowedError,
    amount,
    currency,
    flag,
    line,
    listed,
    mapping,
    maybe,
    name,
    policy_ref,
    read_date,
    url,
)
from goodterms.model.ledger import Credit, Invoice, Payment
from goodterms.yaml.events import Value

_KEYS = frozenset(
    {
        "issued",
        "due",
        "currency",
        "total",
        "number",
        "reference",
        "purchase_order",
        "pay_url",
        "policy",
        "payments",
        "credits",
    }
)
_PAYMENT_KEYS = frozenset({"on", "amount", "reference", "from"})
_CREDIT_KEYS = frozenset({"on", "amount", "reason", "reference", "from", "goodwill"})


def load_invoice(data: bytes, file: str) -> tuple[Invoice | None, Problems]:
    """Read an invoice; its id is the name of the file."""
    return single(data, file, partial(build_invoice, stem(file)), explain_invoice)


def build_invoice(key: str, raw: Value) -> Invoice:
    """Build an invoice from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    code = currency(data["currency"])
    issued, due = read_date(data["issued"]), read_date(data["due"])
    total = amount(data["total"], code)
    if due < issued or total.amount <= 0:
        raise ValueNotAllowedError
    payments = data.get("payments", [])
    credit_notes = data.get("credits", [])
    return Invoice(
        key,
        issued,
        due,
        total,
        listed(payments, partial(_payment, code)) if payments != [] else (),
        listed(credit_notes, partial(_credit, code)) if credit_notes != [] else (),
        maybe(data, "reference", line),
        maybe(data, "purchase_order", line),
        maybe(data, "pay_url", url),
        maybe(data, "policy", policy_ref),
        maybe(data, "number", line),
    )


def _payment(code: str, raw: Value) -> Payment:
    data = mapping(raw, _PAYMENT_KEYS)
    return Payment(
        read_date(data["on"]),
        amount(data["amount"], code),
        maybe(data, "reference", line),
        maybe(data, "from", name),
    )


def _credit(code: str, raw: Value) -> Credit:
    data = mapping(raw, _CREDIT_KEYS)
    return Credit(
        read_date(data["on"]),
        amount(data["amount"], code),
        maybe(data, "reason", line),
        maybe(data, "reference", line),
        maybe(data, "from", name),
        bool(maybe(data, "goodwill", flag)),
    )


def _amounts(raw: Value) -> Iterator[Finding]:
    lists = (part for key in ("payments", "credits") for part in under(raw, key))
    parts = [((*path, "amount"), at(part, "amount")) for path, part in lists]
    code = attempt(currency, at(raw, "currency"))
    yield from amount_findings([(("total",), at(raw, "total")), *parts], code)


def _dates(raw: Value) -> Iterator[Finding]:
    issued, due = (
        attempt(read_date, at(raw, "issued")),
        attempt(read_date, at(raw, "due")),
    )
    if issued and due and due < issued:
        fault = f"due {due} is before issued {issued}"
        yield Finding(("due",), fault, "one of the two dates is wrong", "due-date")


explain_invoice = explained("invoice", _amounts, _dates)
