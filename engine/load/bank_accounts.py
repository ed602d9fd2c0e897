"""Our own bank accounts, to which customers pay."""

from collections.abc import Callable, Iterator, Mapping

from goodterms.load import value_readers
from goodterms.load.finding import Finding, at, attempt
from goodterms.load.load_file import Problems
from goodterms.load.value_readers import ValueNotAllowedError, listed, mapping, maybe
from goodterms.model.problem import Place, Problem
from goodterms.model.settings import DOMESTIC, BankAccount, Creditor
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path

_READERS: Mapping[str, Callable[[Value], str]] = {
    "currency": value_readers.currency,
    "iban": value_readers.iban,
    "bic": value_readers.bic,
    "sort_code": value_readers.sort_code,
    "routing": value_readers.routing,
    "bsb": value_readers.bsb,
    "account": value_readers.account_number,
}
_KEYS = frozenset(_READERS)

#: What people call a domestic number, and the least and most digits beside it.
_SCHEMES = {
    "sort_code": ("a sort code", 8, 8),
    "routing": ("a routing number", 4, 17),
    "bsb": ("a BSB", 5, 10),
}

#: Where a British IBAN has the sort code, and the number after it.
_BRITISH = slice(8, 22)

#: Where a BIC has its country, and whose banks have the IBANs of another one.
_BIC_COUNTRY = slice(4, 6)
_ONE_IBAN = {
    "GB": ("GG", "IM", "JE"),
    "FR": ("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"),
    "FI": ("AX",),
}


def build_bank(raw: Value) -> tuple[BankAccount, ...]:
    """Read one account, or a list of several. Raises ValueError."""
    if type(raw) is list:
        return listed(raw, _account, 1)
    return (_account(raw),)


def _account(raw: Value) -> BankAccount:
    data = mapping(raw, _KEYS)
    read = {key: maybe(data, key, reader) for key, reader in _READERS.items()}
    if any(_flaws(data, read)):
        raise ValueNotAllowedError
    return BankAccount(
        read["currency"],
        read["iban"],
        read["bic"],
        read["sort_code"],
        read["routing"],
        read["bsb"],
        read["account"],
    )


def bank_findings(raw: Value) -> Iterator[Finding]:
    """Say which keys of our accounts do not go together; a schema cannot."""
    path: Path = ("creditor", "bank")
    bank = at(raw, *path)
    placed = [(path, bank)]
    if isinstance(bank, list):
        placed = [((*path, index), account) for index, account in enumerate(bank)]
    for where, account in placed:
        if isinstance(account, dict):
            read = {k: attempt(r, account.get(k)) for k, r in _READERS.items()}
            for key, fault, hint in _flaws(account, read):
                place = (*where, key) if key in account else where
                yield Finding(place, fault, hint, "bank")


def _flaws(
    data: Mapping[str, Value], read: Mapping[str, str | None]
) -> Iterator[tuple[str, str, str]]:
    """List (key, what is wrong, what to do); *read* is what could be read of *data*."""
    schemes = [key for key in DOMESTIC if key in data]
    if not schemes:
        if "account" in data:
            fault = "'account' says no bank"
            yield "account", fault, "name its sort_code, routing or bsb"
        elif "iban" not in data:
            hint = "write iban; or account, with sort_code, routing or bsb"
            yield "", "no account is named", hint
        return
    if len(schemes) > 1:
        fault = f"'{schemes[0]}' and '{schemes[1]}' are of two countries"
        hint = "write a list of two accounts: bank: [{…}, {…}]"
        yield schemes[1], fault, hint
        return
    yield from _domestic(schemes[0], data, read)


def _domestic(
    scheme: str, data: Mapping[str, Value], read: Mapping[str, str | None]
) -> Iterator[tuple[str, str, str]]:
    called, least, most = _SCHEMES[scheme]
    number, currency = read["account"], read["currency"]
    if "account" not in data:
        yield scheme, f"{called} has no account number beside it", "add account"
    elif number and not least <= len(number) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        fault = f"an account number beside {called} has {wanted} digits, not"
        hint = "copy it from a bank statement"
        if least == most and most - 2 <= len(number) < most:
            hint = "put zeros in front"
        yield "account", f"{fault} {len(number)}", hint
    moved, countries = DOMESTIC[scheme]
    if currency and currency != moved:
        fault = f"{called} moves {moved} only, not {currency}"
        yield "currency", fault, f"give the account for {currency} by its IBAN"
    iban, code = read["iban"] or "", read["sort_code"]
    if iban and iban[:2] not in countries:
        fault = f"an IBAN of {iban[:2]} and {called} are of two accounts"
        yield "iban", fault, "write a list of two accounts: bank: [{…}, {…}]"
    if code and number and iban.startswith("GB") and iban[_BRITISH] != code + number:
        fault = "the IBAN is of another account than sort code and number"
        yield "iban", fault, "copy all three from one bank statement"


def check_bank(creditor: Creditor, file: str) -> Problems:
    """Say whether IBANs and BICs have the form of their country, and all are used."""
    hint = "copy it from a bank statement"
    wrong = [
        Problem(Place(file), fault, hint, rule=rule)
        for account in creditor.bank
        for rule, fault in _forms(account)
    ]
    return (*wrong, *_two_banks(creditor, file), *_never_shown(creditor, file))


def _two_banks(creditor: Creditor, file: str) -> Iterator[Problem]:
    """Warn of a BIC of another country than its IBAN: money may go astray."""
    for account in creditor.bank:
        at_home, of = (account.iban or "")[:2], (account.bic or "")[_BIC_COUNTRY]
        if (
            at_home
            and of.isalpha()
            and of not in (at_home, *_ONE_IBAN.get(at_home, ()))
        ):
            fault = (
                f"BIC '{account.bic}' is of {of}, and the IBAN beside it of {at_home}"
            )
            hint = "copy both from one bank statement"
            yield Problem(Place(file), fault, hint, "warning", "bank")


def _never_shown(creditor: Creditor, file: str) -> Iterator[Problem]:
    """Warn of accounts that serve the same customers as one before them."""
    seen: dict[tuple[str | None, ...], int] = {}
    for number, account in enumerate(creditor.bank, 1):
        serves = (account.currency, account.scheme, (account.iban or "")[:2])
        first = seen.setdefault(serves, number)
        if first != number:
            fault = f"account {number} of 'bank' is never shown: account {first} serves"
            fault += " the same customers"
            hint = "the first in the list is taken; take out the one that is not meant"
            yield Problem(Place(file), fault, hint, "warning", "bank")


def _forms(account: BankAccount) -> Iterator[tuple[str, str]]:
    from stdnum import bic, iban  # noqa: PLC0415 - slow to load, and rarely needed

    if account.iban and not iban.is_valid(account.iban):
        fault = f"IBAN '{account.iban}' does not have the form of its country"
        yield "iban", fault
    if account.bic and not bic.is_valid(account.bic):
        yield "bic", f"BIC '{account.bic}' names no bank of a country"
