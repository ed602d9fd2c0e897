"""Rows of an export that are none of an invoice: credit notes, sums, a header again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.cli import environment, main
from tests.importers.test_customer_directory import HEAD, Shop, row


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every command on a day after those in the files."""
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, capsys)


def planned(shop: Shop) -> str:
    """Return the plan of a day on which the reminder is due."""
    shop.capsys.readouterr()
    main(["--root", str(shop.root), "plan", "--as-of", "2026-11-25"])
    return shop.capsys.readouterr().out


def recorded(shop: Shop, kind: str, reference: str, amount: str = "100.00") -> None:
    """Write a record as a person would, under any name."""
    folder = shop.root / "ledger/oak/records"
    folder.mkdir(exist_ok=True)
    text = f'kind: {kind}\non: 2026-10-05\nby: dana\namount: "{amount}"\n'
    text += f'currency: EUR\nreference: "{reference}"\n'
    (folder / f"2026-10-05-{kind}.yaml").write_text(text)


def on_invoice(shop: Shop, key: str, amount: str = "100.00", more: str = "") -> None:
    """Write a credit or payment into the invoice's file."""
    file = shop.root / "ledger/oak/invoices/A1.yaml"
    line = f'  - {{on: 2026-10-05, amount: "{amount}", reference: CN-1{more}}}\n'
    file.write_text(f"{file.read_text()}{key}:\n{line}")


NOTE = row("Oak", "CN-1", total="-100.00", due="")


# -------------------------------------------------------------------------- below zero


def test_a_credit_note_holds_its_customer_until_it_is_recorded(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Elm", "E1", mail="a@elm.example"))
    code, said = shop.bring(row("Oak"), NOTE)

    assert code == 1
    assert "refused: 1 row\n" in said
    assert (
        "error: total '-100.00' is below zero, and the ledger has no such sum;"
        " record the credit note or payment with 'reference: CN-1', there or on"
        " the invoice that it lowers"
    ) in said
    assert "asking for 1190.00 EUR, policy" not in planned(shop).partition("elm")[0]

    recorded(shop, "credit-note", "CN-1")
    code, said = shop.bring(row("Oak"), NOTE)

    assert code == 0
    assert "refused: 0 rows\n" in said
    assert "differences" not in shop.read("oak/import.yaml")
    assert "asking for 1090.00" in planned(shop)
    assert "added: nothing" in shop.bring(row("Oak"), NOTE)[1]


@pytest.mark.parametrize(
    ("kind", "reference", "amount", "known"),
    [
        ("credit-note", "CN-1", "100.00", True),
        ("credit-note", "cn/1", "100.00", True),
        ("credit-note", "CN-1", "90.00", False),
        ("credit-note", "CN-2", "100.00", False),
        ("payment", "CN-1", "100.00", True),
        ("credits", "CN-1", "100.00", True),
        ("payments", "CN-1", "100.00", True),
        ("credits", "CN-1", "60.00", False),
    ],
)
def test_what_a_row_takes_off_is_known_by_number_and_amount(
    shop: Shop, kind: str, reference: str, amount: str, *, known: bool
) -> None:
    shop.bring(row("Oak"))
    if kind.endswith("s"):
        on_invoice(shop, kind, amount)
    else:
        recorded(shop, kind, reference, amount)

    assert shop.bring(row("Oak"), NOTE, more="holds: some\n")[0] == (0 if known else 1)


def test_an_allocated_credit_note_is_counted_once(shop: Shop) -> None:
    shop.bring(row("Oak"))
    recorded(shop, "credit-note", "CN-1")
    on_invoice(shop, "credits", more=", from: 2026-10-05-credit-note")

    assert shop.check()[0] == 0
    assert shop.bring(row("Oak"), NOTE)[0] == 0


def test_an_invoice_over_nothing_asks_nothing_and_holds_nobody(shop: Shop) -> None:
    code, said = shop.bring(row("Oak"), row("Oak", "A0", total="0.00"))

    assert code == 0
    assert "added: 1 account, 1 invoice" in said
    assert "to send" in planned(shop)
    code, said = shop.bring(row("Oak", total="0.00"))
    assert code == 1
    assert "total '0.00' is nothing, and the ledger has 'A1' open" in said
    assert "to send" not in planned(shop)


# ------------------------------------------------------------------- sums and headers


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        (HEAD.strip(), False),
        (",,,,,,2380.00,", True),
        ("Total,,,,,,2380.00,", True),
        ("Oak,,,,,,2380.00,", True),
    ],
)
def test_a_line_that_is_of_no_invoice_is_passed_over(
    shop: Shop, line: str, *, warned: bool
) -> None:
    rows = (row("Oak"), line, row("Oak", "A2"))
    code, said = shop.bring(*rows)

    assert code == 0
    assert "refused: 0 rows" in said
    assert ("warning: the row has no number and no dates" in said) is warned
    assert shop.folders == ["oak"]
    assert "until: 2026-11-25" in shop.read("_sources/s.yaml")
    assert "asking for 2380.00" in planned(shop)


@pytest.mark.parametrize(
    "line",
    [
        ",Oak,ap@oak.example,A3,2026-09-01,2026-10-01,5.00,",
        "1.93057E+09,Oak,ap@oak.example,A3,2026-09-01,2026-10-01,5.00,",
        ",,,,,,5.00,2026-10-20",
    ],
    ids=["no customer", "a customer that a spreadsheet ate", "a payment of nobody"],
)
def test_a_row_of_which_nobody_knows_whose_it_is_stops_freshness(
    shop: Shop, line: str
) -> None:
    code, said = shop.bring(row("Oak"), line)

    assert code == 1
    assert "as nobody knows whose some of its rows are" in said
    assert shop.read("_sources/s.yaml") == ""


@pytest.mark.parametrize(
    "line", [",,,Total,,,2380.00,", "Total,,,2 invoices,,,2380.00,"]
)
def test_a_line_of_sums_with_a_word_for_a_number_is_one_error(
    shop: Shop, line: str
) -> None:
    code, said = shop.bring(row("Oak"), line)

    assert code == 1
    assert said.count("error:") == 1
    assert (
        "error: 'Date' and 'Due' are empty: a line of sums?; every invoice needs both;"
        " delete a line of sums" in said
    )


def test_an_amount_with_the_sign_of_its_currency_is_read(shop: Shop) -> None:
    code, said = shop.bring(row("Oak", total="\u20ac1190.00"))
    assert (code, "refused: 0 rows" in said) == (0, True)
    assert 'total: "1190.00"' in shop.read("oak/invoices/A1.yaml")

    code, said = shop.bring(row("Oak", total="\u00a31190.00"))
    assert code == 1
    assert "'\u00a31190.00' is in \u00a3, and the row in EUR; mend the cell" in said


# ----------------------------------------------------------- records under any name


def test_records_are_known_whatever_their_files_are_called(shop: Shop) -> None:
    """People who write them by hand need not name them as commands do."""
    shop.bring(row("Oak"))
    recorded(shop, "payment", "bank line 7", "1190.00")
    folder = shop.root / "ledger/oak/records"
    (folder / "2026-10-05-payment.yaml").rename(folder / "october.yaml")
    _, said = shop.bring(row("Oak", paid="2026-10-06"))

    assert "matched: 1 payment" in said
    assert "from: october" in shop.read("oak/invoices/A1.yaml")
    assert shop.check()[0] == 0


@pytest.mark.parametrize(
    ("amount", "more", "doubt"),
    [
        ("1690.00", "", "1190.00 of these 1690.00 may be on A1, as a payment"),
        ("1190.00", "invoices: [A2]\n", "1190.00 is on A1 too, as a payment"),
        ("1100.00", "", ""),
    ],
)
def test_money_that_may_be_on_record_is_named_and_never_taken(
    shop: Shop, amount: str, more: str, doubt: str
) -> None:
    """A part of a record, or one for another invoice: a person says which it is."""
    shop.bring(row("Oak"), row("Oak", "A2"))
    recorded(shop, "payment", "bank line 7", amount)
    file = shop.root / "ledger/oak/records/2026-10-05-payment.yaml"
    file.write_text(file.read_text() + more)
    code, said = shop.bring(row("Oak", paid="2026-10-06"), row("Oak", "A2"))

    assert code == 0
    assert "matched" not in said
    assert ("same money, add 'from: 2026-10-05-payment'" in said) is bool(doubt)
    assert doubt in said
    assert doubt in shop.check()[1]
    bill = shop.root / "ledger/oak/invoices/A1.yaml"
    text = bill.read_text().replace('0"}', '0", from: 2026-10-05-payment}')
    bill.write_text(text)
    assert "same money" not in shop.check()[1]
