"""One module makes an importer: bank lines become payments, and no money gets lost."""

import re
from collections.abc import Mapping
from contextlib import redirect_stderr
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from goodterms import importers
from goodterms.cli import environment, main
from goodterms.importers.ledger_files import LedgerFiles, invoices_of, records_of
from goodterms.model.records import CashReceived
from tests.importers.test_customer_directory import POLICY

FILES = {
    "goodterms.yaml": (
        "creditor: {name: Linden, country: DE, timezone: Europe/Berlin,"
        " email: a@linden.example}\npeople: {dana: {name: Dana Lindqvist}}\n"
    ),
    "policies/standard/v1.yaml": POLICY,
    "templates/en/note.md.j2": "---\nsubject: Hello\n---\nPay {{ totals }}.\n",
    "ledger/oak/account.yaml": (
        "name: Oak Ltd\ncontacts: [{name: Ann}]\nkeys: {bank: OAK}\n"
    ),
    "ledger/elm/account.yaml": "name: Elm Ltd\ncontacts: [{name: Eve}]\n",
}
INVOICE = 'issued: 2026-09-01\ndue: 2026-10-01\ncurrency: EUR\ntotal: "100.00"\n'
INVOICES = ("oak/invoices/A1", "oak/invoices/A2", "elm/invoices/E1")


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay an importer beside those of the engine, late in November."""
    folder = str(Path(__file__).parent / "added")
    monkeypatch.setattr(importers, "__path__", [*importers.__path__, folder])
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


def make_ledger(root: Path) -> None:
    """Make two customers with invoices over 100.00 each; the bank knows one by name."""
    invoices = {f"ledger/{name}.yaml": INVOICE for name in INVOICES}
    for name, text in {**FILES, **invoices}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_ledger(tmp_path)
    return tmp_path


def import_lines(root: Path, *lines: str, by: str = "dana") -> int:
    """Import bank lines and return the exit code."""
    (root / "bank.txt").write_text("".join(f"{line}\n" for line in lines))
    options = ["--by", by, "--until", "2026-11-25"]
    return main(
        ["--root", str(root), "import", "bank", str(root / "bank.txt"), *options]
    )


def read(root: Path, name: str) -> str:
    """Return what a file of the ledger says beyond what was there, "" for no file."""
    file = root / "ledger" / f"{name}.yaml"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return text.removeprefix(INVOICE)


def ledger_bytes(root: Path) -> Mapping[str, bytes]:
    return {str(file): file.read_bytes() for file in root.rglob("*.yaml")}


def money(root: Path, account: str) -> Decimal:
    """Add up what a customer paid: on invoices, and as unapplied cash."""
    files = LedgerFiles(root)
    records, _ = records_of(files, account)
    received = [r.amount for r in records if isinstance(r, CashReceived)]
    for invoice in invoices_of(files, account):
        received += [line.amount for line in invoice.payments if line.source is None]
    return sum((amount.amount for amount in received), Decimal(0))


def test_the_new_importer_is_a_command_with_its_options(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert importers.importer_names() == ["bank", "csv"]
    main(["import", "--help"])
    assert "bank  Import payments from bank lines." in capsys.readouterr().out
    main(["import", "bank", "--help"])
    assert "--by NAME     Who stands for the records." in capsys.readouterr().out


def test_only_modules_that_declare_an_importer_are_one() -> None:
    assert importers.find_importer("merge") is None
    assert importers.find_importer("no_such") is None
    assert importers.find_importer("csv.mapping") is None


def test_a_payment_that_names_its_invoice_is_put_on_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert import_lines(root, "2026-10-20;40.00;line 1;OAK;a1") == 0
    assert capsys.readouterr().out.startswith("added: 1 payment, 1 source\n")
    assert read(root, "oak/invoices/A1") == (
        'payments:\n  - {on: 2026-10-20, amount: "40.00", reference: line 1}\n'
    )
    assert read(root, "_sources/bank") == "kind: payments\nuntil: 2026-11-25\n"
    assert main(["--root", str(root), "check", f"{root}/ledger"]) == 0


def test_a_payment_of_no_invoice_becomes_unapplied_cash(root: Path) -> None:
    assert import_lines(root, "2026-10-20;40.00;line 1;OAK;") == 0
    assert read(root, "oak/records/2026-10-20-payment") == (
        "kind: payment\non: 2026-10-20\nby: dana\n"
        'amount: "40.00"\ncurrency: EUR\nreference: line 1\n'
    )


def test_more_than_is_open_becomes_unapplied_cash_for_that_invoice(root: Path) -> None:
    lines = ("2026-10-20;60.00;line 1;OAK;A1", "2026-10-21;60.00;line 2;OAK;A1")
    assert import_lines(root, *lines) == 0
    assert "line 1" in read(root, "oak/invoices/A1")
    assert "line 2" not in read(root, "oak/invoices/A1")
    assert "invoices: [A1]" in read(root, "oak/records/2026-10-21-payment")


def test_the_number_of_an_invoice_names_its_customer(root: Path) -> None:
    assert import_lines(root, "2026-10-20;100.00;line 1;;E1") == 0
    assert "line 1" in read(root, "elm/invoices/E1")


def test_a_payment_that_was_taken_back_is_below_zero(root: Path) -> None:
    lines = ("2026-10-23;-40.00;line 2;OAK;A1", "2026-10-20;40.00;line 1;OAK;A1")
    assert import_lines(root, *lines) == 0
    assert 'amount: "-40.00"' in read(root, "oak/invoices/A1")
    assert money(root, "oak") == 0


def test_money_is_taken_back_only_once(root: Path) -> None:
    """Also where the statement of the earlier day comes in last."""
    import_lines(root, "2026-10-18;40.00;line 1;OAK;A1", "2026-10-22;-40.00;l2;OAK;A1")
    assert import_lines(root, "2026-10-20;-40.00;line 3;OAK;A1") == 1
    assert money(root, "oak") == 0


def test_a_settlement_pays_what_is_open_after_the_payments(root: Path) -> None:
    lines = ("2026-10-25;all;;;A1", "2026-10-20;40.00;line 1;OAK;A1")
    assert import_lines(root, *lines) == 0
    assert read(root, "oak/invoices/A1") == (
        'payments:\n  - {on: 2026-10-20, amount: "40.00", reference: line 1}\n'
        '  - {on: 2026-10-25, amount: "60.00"}\n'
    )
    before = ledger_bytes(root)
    assert import_lines(root, *lines) == 0
    assert ledger_bytes(root) == before


def test_what_somebody_wrote_down_without_a_reference_is_the_same_money(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'{INVOICE}payments: [{{on: 2026-10-19, amount: "40.00"}}]\n'
    (root / "ledger/oak/invoices/A1.yaml").write_text(text)
    assert import_lines(root, "2026-10-20;40.00;line 1;OAK;A1") == 0
    assert "matched: 1 payment that somebody" in capsys.readouterr().out
    assert (root / "ledger/oak/invoices/A1.yaml").read_text() == text


@pytest.mark.parametrize(
    ("line", "by", "problem"),
    [
        ("2026-10-20;40.00;l;WHO;", "dana", "nobody knows whose 40.00 EUR of"),
        ("2026-10-20;40.00;l;;", "dana", "record it by hand: goodterms record payment"),
        ("2026-10-20;all;;OAK;A9", "dana", "there is no invoice 'A9'"),
        ("2026-12-24;40.00;l;OAK;A1", "dana", "after today, 2026-11-26"),
        ("2026-10-20;-40.00;l;OAK;A1", "dana", "takes back what no invoice"),
        ("2026-10-20;40.00;l;OAK;", "nobody", "would be a record, and nobody signs it"),
    ],
)
def test_money_that_cannot_be_filed_is_said_and_the_source_not_taken_as_read(
    root: Path, capsys: pytest.CaptureFixture[str], line: str, by: str, problem: str
) -> None:
    before = ledger_bytes(root)
    assert import_lines(root, line, by=by) == 1
    printed = capsys.readouterr()
    assert problem in printed.err
    assert "bank.txt:1: error: " in printed.err
    assert "as some of its payments are not in the ledger" in printed.err
    assert "refused: 1 row" in printed.out
    assert ledger_bytes(root) == before


def test_nothing_came_in_is_an_answer_of_a_bank(root: Path) -> None:
    assert import_lines(root) == 0
    assert read(root, "_sources/bank") == "kind: payments\nuntil: 2026-11-25\n"


REFUSED = re.compile(r"bank\.txt:([0-9]+): error")
LINES = st.builds(
    "2026-10-{:02};{}.00;{{}};{};{}".format,
    st.integers(18, 22),
    st.sampled_from([10, 40, 40, 100, 130, -40]),
    st.sampled_from(["OAK", ""]),
    st.sampled_from(["A1", "a2", "E1"]),
)
STATEMENTS = st.tuples(st.booleans(), st.lists(LINES, max_size=4))


@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(st.lists(STATEMENTS, min_size=1, max_size=3))
def test_whatever_comes_in_no_money_is_lost_or_counted_twice(
    statements: list[tuple[bool, list[str]]],
) -> None:
    """A statement goes on where the last one ended, or has its lines once more."""
    with TemporaryDirectory() as folder:
        root, lines, filed = Path(folder), list[str](), set[str]()
        make_ledger(root)
        for once_more, further in statements:
            new = [line.format(f"l{len(lines) + n}") for n, line in enumerate(further)]
            lines += new
            statement = lines if once_more else new
            with redirect_stderr(StringIO()) as errors:
                code = import_lines(root, *statement)
            refused = {
                statement[int(number) - 1]
                for number in REFUSED.findall(errors.getvalue())
            }
            assert code == bool(refused)
            assert all(";-" in line for line in refused)
            filed |= set(statement) - refused
        sums = {"oak": Decimal(0), "elm": Decimal(0)}
        for line in filed:
            _, amount, _, payer, invoice = line.split(";")
            sums["oak" if payer or invoice != "E1" else "elm"] += Decimal(amount)
        assert {account: money(root, account) for account in sums} == sums
        assert main(["--root", folder, "check", f"{folder}/ledger"]) == 0
