"""Sixty business days of a made-up firm, played by its own commands.

A British printer imports its invoices each morning, its people write down what
they hear, the engine runs, and now and then somebody decides. What customers do
is written out below, day by day; nothing is drawn by lot.
"""

import io
import json
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from goodterms.cli import environment, main
from tests.support.git_repos import sh

FIRST = date(2026, 9, 7)
DAYS = 60

MAPPING = """\
columns: {account: Customer, name: Name, email: Mail, invoice: No, issued: Issued,
          due: Due, total: Gross, settled: Paid on, disputed: Query, currency: Cur}
account: {country: GB, timezone: Europe/London}
by: gemma
source: {name: books}
"""
HEADER = "Customer,Name,Mail,No,Issued,Due,Gross,Cur,Paid on,Query"

LONG_MAIL = """\
Hello Gemma,

thank you for your patience. We had two slow months, but we can pay 1,000 on
15 October and the rest at the end of that month, if that is all right with you.

On 29 Sep 2026, Fernbridge Print wrote:
> Invoice F-501 was due on 3 August 2026, and our books still show it as open.
> Perhaps the invoice never reached you, or your payment is on its way.
> Could you tell us how things stand? One line is enough.

--
Peter Ashdown, Ashdown Nurseries, company number 00000000
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice as the books list it; ``paid`` and ``query`` from their day on."""

    customer: str
    number: str
    due: date
    gross: str
    currency: str = "GBP"
    paid: date | None = None
    query: tuple[date, date] | None = None

    def csv(self, today: date) -> str:
        """Return the line of the export of a day."""
        paid = self.paid.isoformat() if self.paid and self.paid <= today else ""
        asked = self.query and self.query[0] <= today < self.query[1]
        name, mail = CUSTOMERS[self.customer]
        issued = self.due - timedelta(days=30)
        cells = (self.customer, name, mail, self.number, issued, self.due, self.gross)
        return ",".join(map(str, (*cells, self.currency, paid, "yes" if asked else "")))


CUSTOMERS = {
    "10001": ("Alder & Sons", "accounts@alder.example"),
    "10002": ("Beech Row Dental", "office@beechrow.example"),
    "10003": ("Cedar Haulage Ltd", "ap@cedar.example"),
    "10004": ("Damson Doors Ltd", "ledger@damson.example"),
    "10005": ("Ashdown Nurseries", "peter@ashdown.example"),
    "10006": ("Elder Studio", "hello@elder.example"),
    "10007": ("Fir Tree Inn", "books@firtree.example"),
    "10008": ("Gorse Garage", "pay@gorse.example"),
    "10009": ("Hazel Homeware", "ap@hazel.example"),
    "10010": ("Ivy House School", ""),
    "10011": ("Juniper Sport", "finance@juniper.example"),
    "10012": ("Kelp Coast Foods", "ap@kelp.example"),
}


def on(text: str) -> date:
    """Return the day of 2026 that is written as ``MM-DD``."""
    return date.fromisoformat(f"2026-{text}")


NEVER = on("12-31")
ROWS = (
    Row("10001", "F-101", on("09-11"), "240.00", paid=on("09-10")),
    Row("10001", "F-102", on("10-12"), "260.00", paid=on("10-12")),
    Row("10002", "F-201", on("09-02"), "480.00", paid=on("09-17")),
    Row("10002", "F-202", on("10-02"), "510.00", paid=on("10-20")),
    Row("10003", "F-301", on("08-03"), "2640.00"),
    Row("10003", "F-302", on("09-14"), "1320.00"),
    Row("10004", "F-401", on("08-05"), "3100.00"),
    Row("10004", "F-402", on("08-05"), "9800.00", query=(on("09-08"), NEVER)),
    Row("10004", "F-403", on("09-20"), "700.00"),
    Row("10005", "F-501", on("08-03"), "1900.00"),
    Row("10006", "F-601", on("09-01"), "860.00"),
    Row("10007", "F-701", on("08-20"), "1500.00"),
    Row("10008", "F-801", on("08-24"), "420.00"),
    Row("10008", "F-802", on("09-24"), "380.00"),
    Row("10009", "F-901", on("08-10"), "1250.00"),
    Row("10009", "F-902", on("08-31"), "300.00", query=(on("09-14"), on("10-05"))),
    Row("10010", "F-1001", on("08-17"), "640.00"),
    Row("10011", "F-1101", on("08-04"), "900.00"),
    Row("10011", "F-1102", on("08-04"), "1100.00", currency="EUR"),
    *(
        Row("10012", f"F-12{n:02}", on("08-03") + timedelta(days=n), "150.00")
        for n in range(12)
    ),
)

PARTS = "--instalment 2026-09-28=210.00 --instalment 2026-10-28=210.00"

#: What people write down, by day: the words of ``goodterms record``.
RECORDS: dict[str, tuple[str, ...]] = {
    "09-09": (
        "promise 10006 --pay-by 2026-09-23 --said 'By the 23rd.'",
        "extension 10007 --until 2026-10-09 --reason cash-flow",
    ),
    "09-16": (
        "payment 10009 --amount 500.00 --currency GBP",
        "pause 10002 --until 2026-09-18 --said Stocktaking.",
    ),
    "09-21": (f"plan 10008 --invoice F-801 {PARTS}",),
    "09-30": (
        f"reply 10005 --channel email --said {shlex.quote(LONG_MAIL)}",
        "promise 10006 --pay-by 2026-10-12 --said 'Sorry, the 12th.'",
    ),
    "10-05": ("reply 10005 --answered --said 'Fine, thank you.'",),
    "10-14": (
        "credit-note 10011 --amount 90.00 --currency EUR --reference CN-7",
        "note 10003 --said 'New manager from November: Ruth Cole.'",
    ),
    "11-02": ("reply 10004 --said 'Still waiting for the two doors.'",),
}

#: Proposals that somebody decides in the evening: whose, how, and who.
DECISIONS = {
    "10-28": (("10003", "approve", "gemma"),),
    "10-29": (("10011", "decline", "raj"),),
    "11-03": (("10009", "approve", "raj"),),
}


@dataclass
class Diary:
    """The firm's folder, and what its commands print; ``said`` is the day's run."""

    root: Path
    clock: pytest.MonkeyPatch
    today: date = FIRST
    said: str = ""

    def gt(self, *args: str) -> str:
        """Run a command that must succeed; return what it prints."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["--root", str(self.root), *args])
        said = out.getvalue()
        assert code == 0, f"{self.today}: {' '.join(args)}\n{said}{err.getvalue()}"
        return said

    def days(self) -> Iterator[date]:
        """Live one business day after the other; yields each in its evening."""
        for day in business_days(FIRST, DAYS):
            self.today = day
            eight = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
            self.clock.setattr(environment, "machine_clock", partial(_same, eight))
            self._import()
            for words in RECORDS.get(f"{day:%m-%d}", ()):
                when = ("--by", "gemma", "--on", str(day))
                self.gt("record", *shlex.split(words), *when)
            self._commit("What we heard")
            self.said = self.gt("run", "--as-of", str(day))
            yield day
            for account, verb, by in DECISIONS.get(f"{day:%m-%d}", ()):
                for name in self.open(account):
                    self.gt(verb, name, "--by", by, "--as-of", str(day))

    def open(self, account: str | None = None) -> list[str]:
        """Name the proposals that wait, all or those of an account."""
        names = sh(self.root, "branch", "--format=%(refname:short)").split()
        found = (each.removeprefix("goodterms/") for each in names if "/" in each)
        return [each for each in found if account in (None, each.split("/")[0])]

    def listed(self, command: str, key: str) -> list[dict[str, Any]]:
        """Return a list in what a command prints as JSON on this day."""
        text = self.gt(command, "--format", "json", "--as-of", str(self.today))
        found: list[dict[str, Any]] = json.loads(text)[key]
        return found

    def disputed(self, account: str) -> list[str]:
        """Return the invoices of an account that the books call disputed today."""
        return [
            row.number
            for row in ROWS
            if row.customer == account
            and row.query
            and row.query[0] <= self.today < row.query[1]
        ]

    def _import(self) -> None:
        folder = self.root / "imports"
        folder.mkdir(exist_ok=True)
        known = [r for r in ROWS if r.due - timedelta(days=30) <= self.today]
        lines = [HEADER, *(row.csv(self.today) for row in known)]
        (folder / "books.csv").write_text("\n".join(lines) + "\n")
        (folder / "books.yaml").write_text(MAPPING)
        files = (str(folder / "books.csv"), "--map", str(folder / "books.yaml"))
        self.gt("import", "csv", *files, "--until", str(self.today))

    def _commit(self, subject: str) -> None:
        sh(self.root, "add", "ledger")
        if sh(self.root, "status", "--porcelain"):
            sh(self.root, "commit", "-q", "-m", subject)


def business_days(first: date, count: int) -> Sequence[date]:
    """Return so many Mondays to Fridays."""
    days = (first + timedelta(days=n) for n in range(2 * count))
    return [day for day in days if day.weekday() < 5][:count]


def _same(now: datetime) -> datetime:
    return now


def begin(folder: Path, clock: pytest.MonkeyPatch) -> Diary:
    """Make the firm's repository, as its owner would."""
    root = folder / "fernbridge"
    diary = Diary(root, clock)
    who = ("--name", "Fernbridge Print Ltd", "--email", "gemma@fernbridge.example")
    where = ("--country", "GB", "--timezone", "Europe/London")
    assert main(["init", str(root), *who, *where]) == 0
    shutil.copy(Path(__file__).parent / "sixty_days.yaml", root / "goodterms.yaml")
    sh(root, "add", "goodterms.yaml")
    sh(root, "commit", "-q", "-m", "Our people and our bank")
    return diary
