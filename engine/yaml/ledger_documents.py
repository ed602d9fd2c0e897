"""Write the nouns of the ledger as the files that hold them, the inverse of load."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields

from goodterms.model.journal import (
    ApprovalProof,
    ChargeRow,
    Decision,
    JournalDocument,
    JournalRow,
)
from goodterms.model.ledger import (
    Contact,
    Credit,
    Difference,
    Invoice,
    Payment,
    Profile,
    Terms,
)
from goodterms.model.money import Money
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import FIRST_KEYS, KIND_OF, LAST_KEYS, Instalment, Record
from goodterms.yaml.canonical_writer import document, documents

__all__ = [
    "credit_document",
    "decision_document",
    "document",
    "entry_document",
    "invoice_document",
    "journal_text",
    "payment_document",
    "profile_document",
    "record_document",
]


def invoice_document(invoice: Invoice) -> dict[str, object]:
    """Return what an invoice's file says; its id is the file's name."""
    return _without_none(
        issued=invoice.issued,
        due=invoice.due,
        currency=invoice.currency,
        total=str(invoice.total),
        number=invoice.number,
        reference=invoice.reference,
        purchase_order=invoice.purchase_order,
        pay_url=invoice.pay_url,
        policy=_ref(invoice.policy),
        payments=[payment_document(payment) for payment in invoice.payments] or None,
        credits=[credit_document(credit) for credit in invoice.credits] or None,
    )


def payment_document(payment: Payment) -> dict[str, object]:
    """Return what an item of an invoice's list of payments says."""
    return _without_none(
        on=payment.on,
        amount=str(payment.amount),
        reference=payment.reference,
        **{"from": payment.source},
    )


def credit_document(credit: Credit) -> dict[str, object]:
    """Return what an item of an invoice's list of credits says."""
    return _without_none(
        on=credit.on,
        amount=str(credit.amount),
        reason=credit.reason,
        reference=credit.reference,
        goodwill=credit.goodwill or None,
        **{"from": credit.source},
    )


def record_document(record: Record) -> dict[str, object]:
    """Return what a record's file says; keys with their default are left out."""
    own = [
        field
        for field in fields(record)
        if field.name not in {"id", *FIRST_KEYS, *LAST_KEYS}
        and (field.default is MISSING or getattr(record, field.name) != field.default)
    ]
    kept: dict[str, object] = {"kind": KIND_OF[type(record)]}
    kept |= {name: getattr(record, name) for name in FIRST_KEYS}
    for field in own:
        kept |= _record_value(field.name, getattr(record, field.name))
    kept |= {name: getattr(record, name) for name in LAST_KEYS}
    kept["invoices"] = list(record.invoices) or None
    return _without_none(**kept)


def profile_document(profile: Profile) -> dict[str, object]:
    """Return what ``account.yaml`` says, defaults that were filled in included."""
    return _without_none(
        name=profile.name,
        segment=profile.segment,
        since=profile.since,
        owner=profile.owner,
        language=profile.language,
        country=profile.country,
        timezone=profile.timezone,
        region=profile.region,
        contacts=[_contact(contact) for contact in profile.contacts],
        address=list(profile.address) or None,
        channels=list(profile.channels) or None,
        terms=_terms(profile.terms) or None,
        annual_value=_by_currency(profile.annual_value) or None,
        policy=profile.policy,
        keys={key: _one_or_more(each) for key, each in profile.keys.items()} or None,
        flags=sorted(profile.flags) or None,
        consumer=profile.consumer or None,
        notes=profile.notes,
    )


def imported_document(
    seen: Mapping[str, Mapping[str, Sequence[str]]],
    listed: Mapping[str, Iterable[str]],
    differences: Iterable[Difference],
) -> dict[str, object]:
    """Return what the file says that imports keep of a customer."""
    apart = [
        _without_none(
            invoice=each.invoice,
            field=each.field,
            ours=each.ours,
            theirs=each.theirs,
            source=each.source,
            on=each.on,
        )
        for each in differences
    ]
    seen_names = {
        source: {name: _one_or_more(values) for name, values in each.items()}
        for source, each in seen.items()
    }
    open_ = {source: list(each) for source, each in listed.items() if each}
    return _without_none(
        seen=seen_names or None, listed=open_ or None, differences=apart or None
    )


def _one_or_more(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def decision_document(decision: Decision) -> dict[str, object]:
    """Return what a proposal's file says, without the comment above ``choose``."""
    return {
        "id": decision.id,
        "proposed": decision.proposed,
        "expires": decision.expires,
        "step": decision.step,
        "policy": str(decision.policy),
        "invoices": [_row(row) for row in decision.invoices],
        "choose": decision.choose,
        "facts": decision.facts,
    }


def entry_document(entry: JournalDocument) -> dict[str, object]:
    """Return one document of a journal: the keys it sets, and no ``day``."""
    names = [field.name for field in fields(entry) if field.name != "day"]
    kept = {name: _entry_value(getattr(entry, name)) for name in names}
    if entry.totals is not None:
        kept["totals"] = dict(entry.totals)
    return _without_none(**kept)


def journal_text(entries: Iterable[JournalDocument]) -> str:
    """Write documents of a journal, to be appended to those it holds."""
    return documents(entry_document(entry) for entry in entries)


def _without_none(**keys: object) -> dict[str, object]:
    return {key: value for key, value in keys.items() if value is not None}


def _ref(policy: PolicyRef | None) -> str | None:
    return None if policy is None else str(policy)


def _by_currency(amounts: Iterable[Money]) -> dict[str, str]:
    return {amount.currency: str(amount) for amount in amounts}


def _contact(contact: Contact) -> dict[str, object]:
    return _without_none(
        name=contact.name, role=contact.role, email=contact.email, phone=contact.phone
    )


def _terms(terms: Terms) -> dict[str, object]:
    return _without_none(
        net_days=terms.net_days,
        credit_limit=_by_currency(terms.credit_limit) or None,
        deposit_percent=terms.deposit_percent,
        billing=terms.billing,
    )


def _row(row: JournalRow) -> dict[str, object]:
    return _without_none(
        id=row.id,
        step=row.step,
        open=row.open,
        amount=row.amount,
        policy=_ref(row.policy),
    )


def _record_value(name: str, value: object) -> dict[str, object]:
    if isinstance(value, Money):
        return {name: str(value), "currency": value.currency}
    if isinstance(value, tuple):
        parts = (part for part in value if isinstance(part, Instalment))
        return {name: [{"due": part.due, "amount": part.amount} for part in parts]}
    return {name: value}


def _entry_value(value: object) -> object:
    if isinstance(value, PolicyRef):
        return str(value)
    if isinstance(value, ApprovalProof):
        return _proof(value)
    if not isinstance(value, tuple):
        return value
    return [_entry_part(part) for part in value]


def _entry_part(part: object) -> object:
    if isinstance(part, JournalRow):
        return _row(part)
    return _charge_row(part) if isinstance(part, ChargeRow) else part


def _proof(proof: ApprovalProof) -> dict[str, object]:
    names = [field.name for field in fields(proof)]
    kept = {name: getattr(proof, name) for name in names if name != "reviews"}
    voices = [
        {"id": each.id, "user": each.user, "commit": each.commit, "at": each.at}
        for each in proof.reviews
    ]
    return _without_none(**kept, reviews=voices or None)


def _charge_row(claim: ChargeRow) -> dict[str, object]:
    return {
        "invoice": claim.invoice,
        "interest": claim.interest,
        "compensation": claim.compensation,
    }
