"""Write a made-up ledger of any size: ``python -m benchmarks.generate DIR``.

Ten invoices a customer, a file each, with payments and credit notes; records;
a journal of every run before the day of the plan, as the engine decided them
under the policies of this repository. Equal options give equal files.
"""

import argparse
import multiprocessing
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.customers import INVOICES, NUMBER, REFERENCE, customer, known_by
from benchmarks.playing import Game
from goodterms.model.ledger import Account
from goodterms.workspace.workspace import Workspace
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import (
    decision_document,
    invoice_document,
    journal_text,
    profile_document,
    record_document,
)

#: So many customers have a course of events of their own; the others share one.
COURSES = 600

_REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Order:
    """What to write, and where: one of ``jobs`` shares of the customers."""

    root: Path
    customers: int
    seed: int
    jobs: int
    today: date


def write_ledger(order: Order) -> None:
    """Write a repository into a folder that is new; journals end the day before."""
    root = order.root
    (root / "ledger/_sources").mkdir(parents=True)
    shutil.copy(_REPOSITORY / "goodterms.yaml", root)
    for folder in ("policies", "templates"):
        shutil.copytree(_REPOSITORY / folder, root / folder)
    until = order.today - timedelta(days=1)
    text = document({"kind": "payments", "until": until})
    (root / "ledger/_sources/bank.yaml").write_text(text, encoding="utf-8")
    with multiprocessing.get_context("spawn").Pool(order.jobs) as pool:
        pool.starmap(_write_share, [(order, share) for share in range(order.jobs)])


def _write_share(order: Order, share: int) -> None:
    workspace, problems = Workspace.open(order.root)
    if workspace is None:
        raise SystemExit("\n".join(map(str, problems)))
    game = Game(workspace, order.today)
    for course in range(share, min(COURSES, order.customers), order.jobs):
        random = Random(f"{order.seed}/{course}")
        account = game.played(customer(random, order.today), random)
        files = list(_files(known_by(account, order.today)))
        for number in range(course, order.customers, COURSES):
            _write(order.root, files, f"{number:0{len(NUMBER)}}")


def _files(account: Account) -> Iterator[tuple[str, str]]:
    """List the files of an account's folder, each with its text."""
    yield "account.yaml", document(profile_document(account.profile))
    for invoice in account.invoices:
        yield f"invoices/{invoice.id}.yaml", document(invoice_document(invoice))
    for record in account.records:
        yield f"records/{record.id}.yaml", document(record_document(record))
    for key, decision in account.decisions.items():
        yield f"decisions/{key}.yaml", document(decision_document(decision))
    if account.journal:
        yield "journal.yaml", journal_text(account.journal)


def _write(root: Path, files: list[tuple[str, str]], number: str) -> None:
    folder = f"{root}/ledger/customer-{number}"
    for inner in ("invoices", "records", "decisions"):
        if any(path.startswith(inner) for path, _ in files):
            Path(f"{folder}/{inner}").mkdir(parents=True)
    for path, text in files:
        own = Path(f"{folder}/{path.replace(NUMBER, number)}")
        own.write_bytes(_own(text, number).encode())


def _own(text: str, number: str) -> str:
    """Put a customer's number into a text, and check digits into its reference."""
    text = text.replace(NUMBER, number)
    before, found, after = text.partition(REFERENCE)
    if not found:
        return text
    body = after[: after.index("\n")]
    digits = "".join(str(int(char, 36)) for char in f"{body}{REFERENCE}")
    return f"{before}RF{98 - int(digits) % 97:02}{after}"


def main() -> None:
    """Read the options, write the ledger, say what was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--invoices", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--today", type=date.fromisoformat, default="2026-11-20")
    given = parser.parse_args()
    began = time.perf_counter()
    customers, root = given.invoices // INVOICES, given.root.resolve()
    write_ledger(Order(root, customers, given.seed, given.jobs, given.today))
    print(f"{given.invoices:,} invoices in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
