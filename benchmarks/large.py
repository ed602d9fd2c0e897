"""Time the plan of one large customer, and how it grows: ``-m benchmarks.large``.

A few customers of a real ledger have thousands of invoices. Each row doubles the
one before; growth 2.0 is linear. What is timed is the decision alone, on values
in memory, with the conversation well under way: reminders went out about
hundreds of invoices at a time, some money came in without a reference, promises
were made, a few invoices are disputed.
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import (
    EffectivePolicies,
    effective_policies,
)
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.ledger import Account, Contact, Invoice, Payment, Profile
from goodterms.model.money import Money
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import Call, CashReceived, Dispute, Promise, Record, Reply
from goodterms.workspace.workspace import Workspace

TODAY = date(2026, 11, 20)

_REPOSITORY = Path(__file__).parents[1]
_RUNS = 3
_EURO = "EUR"
_POLICY = PolicyRef("standard", 1)


@dataclass(frozen=True, slots=True)
class Size:
    """How many invoices of the customer are open, and how many were paid."""

    open: int
    paid: int


def customer(size: Size) -> Account:
    """Make one customer: invoices due over half a year, a year of paid ones before."""
    late = [_open(n, size.open) for n in range(size.open)]
    done = [_paid(n, size.paid) for n in range(size.paid)]
    contacts = (Contact("Petra Vogel", "accounts-payable", "ap@large.example"),)
    profile = Profile("Large AG", contacts, channels=("email",), owner="dana")
    return Account(
        "large", profile, (*late, *done), _records(late), tuple(_journal(late))
    )


def _open(number: int, of: int) -> Invoice:
    due = TODAY - timedelta(days=150 - number * 150 // of)
    total = Money(Decimal(100 + number % 900), _EURO)
    return Invoice(f"O{number:05}", due - timedelta(days=30), due, total)


def _paid(number: int, of: int) -> Invoice:
    due = TODAY - timedelta(days=520 - number * 350 // of)
    total = Money(Decimal(100 + number % 900), _EURO)
    payment = Payment(due + timedelta(days=number % 12 - 3), total)
    return Invoice(f"P{number:05}", due - timedelta(days=30), due, total, (payment,))


def _records(late: list[Invoice]) -> tuple[Record, ...]:
    found: list[Record] = []
    for week in range(20):
        on = TODAY - timedelta(days=140 - 7 * week)
        found.append(Reply(id=f"{on}-reply", on=on, by="dana", answered=True))
        found.append(Call(id=f"{on}-call", on=on, by="dana", outcome="voicemail"))
        cash = Money(Decimal(50), _EURO)
        found.append(CashReceived(id=f"{on}-payment", on=on, by="dana", amount=cash))
    for invoice in late[:: max(1, len(late) // 20)]:
        on = invoice.due + timedelta(days=2)
        about = (invoice.id,)
        found.append(
            Promise(
                id=f"{on}-promise-{invoice.id}",
                on=on,
                by="dana",
                invoices=about,
                pay_by=on + timedelta(days=10),
            )
        )
        found.append(
            Dispute(
                id=f"{on}-dispute-{invoice.id}",
                on=on,
                by="dana",
                invoices=about,
                review_by=on + timedelta(days=30),
            )
        )
    return tuple(record for record in found if record.on <= TODAY)


def _journal(late: list[Invoice]) -> list[JournalDocument]:
    """Remind of what fell due, every week, as runs would have."""
    entries = []
    for week in range(20):
        on = TODAY - timedelta(days=140 - 7 * week)
        start, end = on - timedelta(days=14), on - timedelta(days=7)
        rows = tuple(
            JournalRow(invoice.id, "friendly-reminder", str(invoice.total))
            for invoice in late
            if start < invoice.due <= end
        )
        entries.append(
            JournalDocument(
                id=f"{on}-friendly-reminder",
                day=on,
                on=on,
                kind="send",
                state="sent",
                step="friendly-reminder",
                policy=_POLICY,
                channel="email",
                to="ap@large.example",
                invoices=rows,
            )
        )
    return entries


def seconds(size: Size, given: EffectivePolicies) -> float:
    """Time one plan, the median of a few, on an account that was not seen before."""
    times = []
    for _ in range(_RUNS):
        account = customer(size)
        began = time.perf_counter()
        decided = plan_account(account, given)
        times.append(time.perf_counter() - began)
        if decided.problems:
            raise SystemExit("\n".join(map(str, decided.problems)))
    return median(times)


def main() -> None:
    """Print a table, each row twice as large as the one before."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, default=250)
    parser.add_argument("--paid", type=int, default=3000)
    parser.add_argument("--rows", type=int, default=4)
    asked = parser.parse_args()
    workspace, problems = Workspace.open(_REPOSITORY)
    if workspace is None:
        raise SystemExit("\n".join(map(str, problems)))
    given = effective_policies(workspace.book, workspace.settings, TODAY)
    print("| open | paid | seconds | growth |\n| ---: | ---: | ---: | ---: |")
    before = 0.0
    for row in range(asked.rows):
        size = Size(asked.open << row, asked.paid << row)
        took = seconds(size, given)
        growth = f"{took / before:.1f}" if before else ""
        print(f"| {size.open:,} | {size.paid:,} | {took:.3f} | {growth} |")
        before = took


if __name__ == "__main__":
    main()
