"""Invoices and customers that a ledger has twice: nobody is chased for them."""

from collections.abc import Iterable, Iterator
from datetime import date

from engine.model import Account, Invoice
from engine.money import Money
from engine.problem import Place, Problem

#: An invoice as it is known outside: number, date and amount.
Identity = tuple[str, date, Money]


def identity(invoice: Invoice) -> Identity:
    """Return what two files of one invoice have in common."""
    return (invoice.called.casefold(), invoice.issued, invoice.total)


def twins(
    found: Iterable[tuple[str, str, Identity]],
) -> Iterator[tuple[str, Problem]]:
    """Say which accounts have an invoice that another has too.

    *found* are account, invoice id and identity. Each account of a pair is told of
    the first other one.
    """
    seen: dict[Identity, list[tuple[str, str]]] = {}
    for account, invoice, known in found:
        seen.setdefault(known, []).append((account, invoice))
    for places in seen.values():
        accounts = sorted({account for account, _ in places})
        if len(accounts) == 1:
            continue
        for account, invoice in places:
            other = next(each for each in accounts if each != account)
            yield account, _twin(account, invoice, other)


def _twin(account: str, invoice: str, other: str) -> Problem:
    return Problem(
        Place(f"ledger/{account}/invoices/{invoice}.yaml"),
        f"ledger/{other} has this invoice too: number, date and amount are the same",
        "keep it where it belongs; if both are one customer, keep one folder",
        rule="same-invoice",
    )


def doubles(accounts: Iterable[Account]) -> Iterator[Problem]:
    """Say what a whole ledger has twice: an invoice, or a customer of one source."""
    keys: dict[tuple[str, str], str] = {}
    numbers: dict[str, tuple[str, Identity]] = {}
    every: list[tuple[str, str, Identity]] = []
    for account in accounts:
        for source, key in sorted(account.profile.keys.items()):
            other = keys.setdefault((source, key), account.id)
            if other != account.id:
                place = Place(f"ledger/{account.id}/account.yaml")
                what = f"it is '{key}' in {source}, and so is ledger/{other}"
                hint = "take the key out of the one that is not"
                yield Problem(place, what, hint, rule="same-customer")
        for invoice in account.invoices:
            known = identity(invoice)
            every.append((account.id, invoice.id, known))
            first, same = numbers.setdefault(known[0], (account.id, known))
            if first != account.id and same != known:
                place = Place(f"ledger/{account.id}/invoices/{invoice.id}.yaml")
                what = f"ledger/{first} has another invoice of this number"
                hint = "mend one of them, if one number is one invoice with you"
                yield Problem(place, what, hint, "warning", "same-number")
    for _, problem in twins(every):
        yield problem
