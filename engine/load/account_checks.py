"""What the files of an account say about each other, the policies and the settings."""

from collections.abc import Iterable, Iterator, Mapping

from goodterms.load.finding import Finding
from goodterms.load.journal_checks import decision_findings, journal_findings
from goodterms.load.load_file import Problems
from goodterms.load.lookup import Found, Lookup, unknown
from goodterms.load.money_checks import forgiving_findings, money_findings
from goodterms.load.record import record_findings
from goodterms.load.value_readers import mod_97
from goodterms.model.ledger import Account, Invoice
from goodterms.model.mailbox import unreachable
from goodterms.model.money import total
from goodterms.model.paths import account_folder
from goodterms.model.policy import PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Place, Problem, in_order
from goodterms.model.records import CashReceived, CreditNote, Resolution
from goodterms.model.settings import Settings
from goodterms.yaml.places import Path, PlacedDocument
from goodterms.yaml.restricted_reader import documents_with_places

#: How long a creditor reference of ISO 11649 is.
_LENGTHS = range(5, 26)


def check_account(
    account: Account,
    book: PolicyBook,
    settings: Settings,
    files: Mapping[str, bytes] | None = None,
) -> Problems:
    """Say what names nothing, or contradicts another file of the repository.

    An error keeps the account out of the plan. ``files`` are those that the
    account was loaded from, by path from the root: they give problems a line.
    """
    lookup = Lookup(account, book, settings)
    found = [
        *_profile(lookup),
        *_moved(lookup),
        *_invoices(lookup),
        *money_findings(lookup),
        *record_findings(lookup),
        *forgiving_findings(lookup),
        *journal_findings(lookup),
        *decision_findings(lookup),
    ]
    return (
        _located(found, f"{account_folder(account.id)}/", files or {}) if found else ()
    )


def _located(found: Iterable[Found], root: str, files: Mapping[str, bytes]) -> Problems:
    read: dict[str, tuple[PlacedDocument, ...]] = {}
    problems = []
    for file, number, finding in found:
        path = root + file
        if path not in read:
            data = files.get(path)
            read[path] = documents_with_places(data, path)[0] if data else ()
        if number < len(read[path]):
            problems.append(finding.problem(read[path][number].places))
        else:
            problems.append(_placeless(finding, path))
    return in_order(problems)


def _placeless(finding: Finding, path: str) -> Problem:
    return Problem(
        Place(path), finding.what, finding.hint, finding.severity, finding.rule
    )


def _profile(lookup: Lookup) -> Iterator[Found]:
    profile, file = lookup.account.profile, "account.yaml"
    if profile.region:
        regions = lookup.book.regions(profile.country)
        if regions is not None and profile.region not in regions:
            noun = f"region of {profile.country}"
            yield file, 0, unknown(("region",), noun, profile.region, regions)
    if profile.owner is not None and profile.owner not in lookup.settings.people:
        people = lookup.settings.people
        yield file, 0, unknown(("owner",), "person", profile.owner, people)
    yield from ((file, 0, finding) for finding in _numbers(lookup))
    yield from ((file, 0, finding) for finding in _addresses(lookup))
    if profile.policy is not None:
        names = lookup.policy_names()
        if profile.policy not in names:
            yield file, 0, unknown(("policy",), "policy", profile.policy, names)
        return
    segment = profile.segment or lookup.settings.default_segment
    if not lookup.serves(segment):
        yield file, 0, _unserved(segment, lookup)


def _addresses(lookup: Lookup) -> Iterator[Finding]:
    """Name e-mail addresses that no mail reaches."""
    for number, contact in enumerate(lookup.account.profile.contacts):
        why = unreachable(contact.email) if contact.email else None
        if why:
            place = ("contacts", number, "email")
            hint = "write it like ap@acme.example"
            yield Finding(place, why, hint, "no-mailbox", severity="warning")


def _numbers(lookup: Lookup) -> Iterator[Finding]:
    """Name what is a mere number where a name is asked for."""
    profile = lookup.account.profile
    names: list[tuple[Path, str]] = [(("name",), profile.name)]
    contacts = enumerate(profile.contacts)
    names += [(("contacts", n, "name"), contact.name) for n, contact in contacts]
    for path, name in names:
        if not any(letter.isalpha() for letter in name):
            fault = f"'{name}' is a number, not a name"
            hint = "write who it is; until then a message greets nobody by name"
            yield Finding(path, fault, hint, "number-as-name", severity="warning")


def _unserved(segment: str, lookup: Lookup) -> Finding:
    served = unknown(("segment",), "segment", segment, lookup.segments())
    fault = f"no policy serves segment '{segment}'"
    hint = served.hint or "name it under the segments of a policy"
    return Finding(("segment",), fault, hint, "unknown-segment")


def _moved(lookup: Lookup) -> Iterator[Found]:
    """Warn where a conversation goes on under another policy than the account's."""
    account, policies = lookup.account, lookup.book.policies
    segment = account.profile.segment or lookup.settings.default_segment
    if account.profile.policy:
        names = {account.profile.policy.partition("@")[0]}
    else:
        names = {p.name for p in policies.values() if segment in p.segments}
    begun: dict[str, PolicyRef] = {}
    for document in account.journal:
        for row in document.invoices or ():
            ref = row.policy or document.policy
            if ref:
                begun[row.id] = ref
    names &= {policy.name for policy in policies.values()}
    taken = {
        ref
        for policy in policies.values()
        if policy.name in names and policy.migrates
        for ref in policy.migrates.others
    }
    for invoice in account.invoices if names else ():
        ref = begun.get(invoice.id)
        if ref is None or ref.name in names or ref in taken or ref not in policies:
            continue
        if invoice.policy or _is_paid(invoice):
            continue
        key = "policy" if account.profile.policy else "segment"
        fault = (
            f"'{invoice.id}' goes on under {ref}, and the account has another policy"
        )
        hint = (
            f"say 'migrates: {{from: [{ref}]}}' in it, or pin 'policy: {ref}' in the"
            " invoice; until then what is firmer is proposed, not sent"
        )
        finding = Finding((key,), fault, hint, "policy-moved", severity="warning")
        yield "account.yaml", 0, finding


def _is_paid(invoice: Invoice) -> bool:
    paid = total((payment.amount for payment in invoice.payments), invoice.currency)
    credited = total((credit.amount for credit in invoice.credits), invoice.currency)
    return paid + credited >= invoice.total


def _invoices(lookup: Lookup) -> Iterator[Found]:
    lower: dict[str, str] = {}
    for invoice in lookup.account.invoices:
        file = f"invoices/{invoice.id}.yaml"
        first = lower.setdefault(invoice.id.lower(), invoice.id)
        if first != invoice.id:
            fault = f"invoice '{invoice.id}' differs from '{first}' only by capitals"
            hint = "rename one of them: some file systems hold only one"
            yield file, 0, Finding((), fault, hint, "duplicate-invoice")
        if invoice.policy is not None and not lookup.has_policy(invoice.policy):
            refs = map(str, lookup.book.policies)
            yield file, 0, unknown(("policy",), "policy", str(invoice.policy), refs)
        if invoice.reference is not None and _mistyped(invoice.reference):
            yield file, 0, _wrong_reference(invoice.reference)
        if invoice.payments:
            yield from _payments(lookup, invoice, file)
        if invoice.credits:
            yield from _credits(lookup, invoice, file)


def _mistyped(reference: str) -> bool:
    """Say whether what looks like a creditor reference (ISO 11649) is none."""
    if not reference.startswith("RF"):
        return False
    code = reference.replace(" ", "")
    fits = code.isascii() and code.isalnum() and len(code) in _LENGTHS
    return not fits or mod_97(code.upper()) != 1


def _wrong_reference(reference: str) -> Finding:
    fault = f"'{reference}' is not a creditor reference of ISO 11649"
    hint = "check its digits; payers' banks refuse it"
    path = ("reference",)
    return Finding(path, fault, hint, "creditor-reference", severity="warning")


def _payments(lookup: Lookup, invoice: Invoice, file: str) -> Iterator[Found]:
    for index, payment in enumerate(invoice.payments):
        if payment.source is None:
            continue
        path = ("payments", index, "from")
        record = lookup.records.get(payment.source)
        if not isinstance(record, CashReceived):
            cash = lookup.record_ids(CashReceived)
            yield file, 0, unknown(path, "payment record", payment.source, cash)
        elif record.amount.currency != invoice.currency:
            fault = f"payment '{payment.source}' is in {record.amount.currency}"
            hint = f"the invoice is in {invoice.currency}"
            yield file, 0, Finding(path, fault, hint, "currency")


def _credits(lookup: Lookup, invoice: Invoice, file: str) -> Iterator[Found]:
    for index, credit in enumerate(invoice.credits):
        if credit.source is None:
            continue
        record = lookup.records.get(credit.source)
        path = ("credits", index, "from")
        if isinstance(record, CreditNote):
            if record.amount.currency != invoice.currency:
                fault = f"credit note '{credit.source}' is in {record.amount.currency}"
                hint = f"the invoice is in {invoice.currency}"
                yield file, 0, Finding(path, fault, hint, "currency")
        elif not isinstance(record, Resolution):
            ids = [*lookup.record_ids(Resolution), *lookup.record_ids(CreditNote)]
            sort = "resolution or credit-note record"
            yield file, 0, unknown(path, sort, credit.source, ids)
