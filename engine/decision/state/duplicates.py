"""Invoices and customers that a ledger has twice: nobody is chased for them."""

from collections.abc import Iterable, Iterator

from goodterms.model.identity import identity, normalised_number
from goodterms.model.ledger import Account
from goodterms.model.paths import account_path, invoice_path
from goodterms.model.plan import AccountPlan
from goodterms.model.problem import Place, Problem

#: The rules of problems that keep two accounts out of a plan.
SAME_INVOICE, SAME_CUSTOMER = "same-invoice", "same-customer"


def identity_plan(account: Account) -> AccountPlan:
    """Return a plan of nothing, with what an account is known by outside."""
    return AccountPlan(
        account.id,
        name=account.profile.name,
        invoices=tuple((invoice.id, identity(invoice)) for invoice in account.invoices),
        keys=tuple(
            (source, key)
            for source, keys in sorted(account.profile.keys.items())
            for key in sorted(keys)
        ),
    )


def exclude_duplicates(plans: Iterable[AccountPlan]) -> list[AccountPlan]:
    """Keep out accounts that have one invoice, or one customer, between them.

    Paid invoices count: the copy that is open would be chased for what came in on
    the other.
    """
    listed = list(plans)
    problems: dict[str, list[Problem]] = {}
    for account, problem in shared_identities(listed):
        problems.setdefault(account, []).append(problem)
    if not problems:
        return listed
    return [
        AccountPlan(
            plan.account,
            problems=(*plan.problems, *problems[plan.account]),
            name=plan.name,
            owner=plan.owner,
        )
        if plan.account in problems
        else plan
        for plan in listed
    ]


def shared_identities(plans: Iterable[AccountPlan]) -> Iterator[tuple[str, Problem]]:
    """Say which accounts have an invoice or a customer that another has too.

    Each of a pair gets the first other one; in one account, two files of one
    invoice are a pair as well.
    """
    bills: dict[str, list[tuple[str, str]]] = {}
    people: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for plan in plans:
        for invoice, identifier in plan.invoices:
            bills.setdefault(identifier, []).append((plan.account, invoice))
        for known_as in plan.keys:
            people.setdefault(known_as, []).append((plan.account, ""))
    for places in bills.values():
        for (account, invoice), its in _shared(places):
            yield account, _same_invoice(account, invoice, *its)
    for (source, key), places in people.items():
        for (account, _), (other, _) in _shared(places):
            yield account, _same_customer(account, other, source, key)


def _shared(
    places: list[tuple[str, str]],
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """List each place with the first other one, where there are several."""
    for place in places if len(places) > 1 else ():
        yield place, next(other for other in sorted(places) if other != place)


def _same_invoice(
    account: str, invoice: str, other: str, other_invoice: str
) -> Problem:
    name = f" as '{other_invoice}'" if other_invoice != invoice else ""
    return Problem(
        Place(invoice_path(account, invoice)),
        f"ledger/{other} has this invoice too{name}: number, date and amount are the"
        " same",
        "keep it where it belongs; if both are one customer, keep one folder",
        rule=SAME_INVOICE,
    )


def _same_customer(account: str, other: str, source: str, key: str) -> Problem:
    return Problem(
        Place(account_path(account)),
        f"it is '{key}' in {source}, and so is ledger/{other}",
        "take the key out of the one that is not",
        rule=SAME_CUSTOMER,
    )


def ledger_duplicates(accounts: Iterable[Account]) -> Iterator[Problem]:
    """Say what a whole ledger has twice: an invoice, a number, or a customer."""
    numbers: dict[str, tuple[str, str]] = {}
    plans: list[AccountPlan] = []
    for account in accounts:
        plans.append(identity_plan(account))
        for invoice in account.invoices:
            identifier = identity(invoice)
            first, same = numbers.setdefault(
                normalised_number(invoice.called), (account.id, identifier)
            )
            if first != account.id and same != identifier:
                place = Place(invoice_path(account.id, invoice.id))
                what = f"ledger/{first} has another invoice of this number"
                hint = "mend one of them, if one number is one invoice with you"
                yield Problem(place, what, hint, "warning", "same-number")
    for _, problem in shared_identities(plans):
        yield problem
