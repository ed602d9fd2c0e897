"""Who is owed the money and how to pay it, as templates see it."""

from collections.abc import Iterable

from engine.render.figures import Figures
from engine.render.values import View
from engine.settings import BankAccount, Creditor


def creditor_view(
    creditor: Creditor, currencies: Iterable[str], country: str, figures: Figures
) -> View:
    """Show the creditor, and the accounts for some currencies of a customer there.

    ``accounts`` are those to pay to, each with its ``currencies`` and ``parts``;
    one without parts stands for currencies that no account of ours takes. ``iban``
    and ``bic`` are of the first that is shown by IBAN.
    """
    chosen: dict[BankAccount | None, list[str]] = {}
    for currency in currencies if creditor.bank else ():
        account = creditor.pay_to(currency, country)
        chosen.setdefault(account, []).append(currency)
    by_iban = next(
        (each for each in (*chosen, *creditor.bank) if each and each.iban), None
    )
    values = {
        "name": creditor.name,
        "address": creditor.address,
        "country": creditor.country,
        "email": creditor.email,
        "phone": creditor.phone,
        "iban": in_fours(by_iban.iban or "") if by_iban else None,
        "bic": by_iban.bic if by_iban else None,
        "accounts": tuple(
            _account_view(account, figures.listing(of))
            for account, of in chosen.items()
        ),
    }
    return View("creditor", values)


def _account_view(account: BankAccount | None, currencies: str) -> View:
    shown = account or BankAccount()
    numbers = (
        ("sort_code", _grouped(shown.sort_code, 2)),
        ("routing", shown.routing),
        ("bsb", _grouped(shown.bsb, 3)),
        ("account", shown.number),
        ("iban", in_fours(shown.iban) if shown.iban else None),
        ("bic", shown.bic),
    )
    parts = tuple(
        View("part", {"kind": kind, "number": number})
        for kind, number in numbers
        if number
    )
    return View("account", {"currencies": currencies, "parts": parts})


def in_fours(text: str) -> str:
    """Group an IBAN or a creditor reference in fours, as banks print them."""
    return " ".join(_cut(text.replace(" ", ""), 4))


def _grouped(digits: str | None, size: int) -> str | None:
    """Write a sort code or BSB as its country does: 60-16-13, 062-000."""
    return "-".join(_cut(digits, size)) if digits else None


def _cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
