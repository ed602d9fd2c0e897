"""What a later import holds, and what it lets go again."""

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from goodterms.cli import environment, main
from tests.importers.test_customer_directory import Shop, row

ELM = row("Elm", "E1", mail="a@elm.example")


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


def kept(shop: Shop) -> dict[str, bytes]:
    """Return every file of the ledger."""
    found = (shop.root / "ledger").rglob("*.yaml")
    return {str(path): path.read_bytes() for path in found}


def read_until(shop: Shop, day: str, rows: int) -> None:
    """Let the source have been read up to a day."""
    text = f"kind: payments\nuntil: {day}\nrows: {rows}\n"
    (shop.root / "ledger/_sources/s.yaml").write_text(text)


# ----------------------------------------------------------------------- the same rows


MIXED = [
    row("Oak", "A1", name="WINC co", mail="a@winc.example"),
    row("Oak", "A2", name="WINC llc", mail="b@winc.example"),
    row("Oak", "A3", name="Winc", total="1 EUR"),
    row("Oak", "00412"),
    row("Elm", "412", mail="a@elm.example"),
    row("Oak", "A4", total="x"),
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_rows_changes_nothing(shop: Shop, order: tuple[int, ...]) -> None:
    """Names that vary from row to row, refused rows, invoices of another."""
    shop.bring(*MIXED)
    shop.bring(*MIXED)
    before = kept(shop)
    mixed = [MIXED[n] for n in order]

    for rows in ([*mixed, *MIXED[3:]], [*MIXED[:2:-1], *mixed]):
        assert "added: nothing" in shop.bring(*rows)[1]
        assert kept(shop) == before


def test_what_was_never_said_before_is_new_whatever_else_is_said(shop: Shop) -> None:
    """One invoice of many bears the administrators' name: the first of all to come."""
    shop.bring(row("Oak"), row("Oak", "A2"))
    shop.bring(row("Oak", name="Oak (in administration)"), row("Oak", "A2"))
    first = shop.read("oak/import.yaml")
    shop.bring(row("Oak", "A2"), row("Oak", name="Oak (in administration)"))

    assert "theirs: Oak (in administration)" in first
    assert shop.read("oak/import.yaml") == first
    assert "to send" not in planned(shop)


def test_a_payment_that_differs_is_kept_without_the_file_that_said_so(
    shop: Shop,
) -> None:
    shop.bring(row("Oak", paid="2026-10-20"), row("Oak", "A2"))
    shop.bring(row("Oak"), row("Oak", "A2"))
    text = shop.read("oak/import.yaml")

    assert "theirs: not settled" in text
    assert "a.csv" not in text
    shop.bring(row("Oak", "A2"), row("Oak"))
    assert shop.read("oak/import.yaml") == text


# ------------------------------------------------------------------------- what is gone


def test_what_is_listed_no_more_is_counted(shop: Shop) -> None:
    shop.bring(row("Oak"), ELM)

    for _ in "twice":
        assert "missing: 1 open invoice, now held" in shop.bring(ELM)[1]
    assert "missing" not in shop.bring(row("Oak"), ELM)[1]


def test_a_short_file_lets_nothing_go_that_was_missing(shop: Shop) -> None:
    many = [row("Oak", f"A{n}") for n in range(9)]
    shop.bring(*many)
    shop.bring(*many[1:])
    read_until(shop, "2026-11-20", 8)
    _, said = shop.bring(many[1])

    assert "it lists 1 invoices, and 8 the time before; import the whole file" in said
    assert "if this is the whole, write 'until: 2026-11-25' and 'rows: 1' there" in said
    assert "invoice: A0" in shop.read("oak/import.yaml")
    shop.bring(*many[1:])
    assert "invoice: A0" in shop.read("oak/import.yaml")
    shop.bring(*many)
    assert "differences" not in shop.read("oak/import.yaml")


def test_an_export_of_new_invoices_lets_go_whom_it_does_not_list(shop: Shop) -> None:
    shop.bring(row("Oak"), ELM)
    shop.bring(ELM)
    assert "no longer listed" in shop.read("oak/import.yaml")

    shop.bring(row("Elm", "E2", mail="a@elm.example"), more="holds: some\n")

    assert "differences" not in shop.read("oak/import.yaml")


def test_a_refused_row_that_is_gone_holds_nobody(shop: Shop) -> None:
    """Also where the customer is in the file no more, and nobody could mend it."""
    shop.bring(row("Oak", "A1", paid="2026-10-20"), ELM)
    shop.bring(row("Oak", "A9", total="x"), ELM)
    assert "field: row" in shop.read("oak/import.yaml")
    shop.bring(ELM)
    assert "field: row" not in shop.read("oak/import.yaml")


def test_an_invoice_whose_row_was_refused_is_missed(shop: Shop) -> None:
    shop.bring(row("Oak", "A1", total="x"), row("Oak", "A2"))
    shop.bring(row("Oak", "A1"), row("Oak", "A2"), more="holds: some\n")
    shop.bring(row("Oak", "A1", total="x"), row("Oak", "A2"))
    shop.bring(row("Oak", "A2"))

    assert "invoice: A1" in shop.read("oak/import.yaml")
    assert "no longer listed" in shop.read("oak/import.yaml")


def test_an_empty_file_is_taken_once_somebody_says_that_it_is_right(shop: Shop) -> None:
    shop.bring(row("Oak"))
    _, said = shop.bring()
    assert "it lists no invoice" in said
    assert "differences" not in shop.read("oak/import.yaml")

    read_until(shop, "2026-11-20", 0)
    _, said = shop.bring()

    assert "missing: 1 open invoice, now held" in said
    assert "until: 2026-11-25" in shop.read("_sources/s.yaml")


@pytest.mark.parametrize(
    "change", [{"mail": "AP@Oak.example"}, {"name": "OAK"}, {"name": "oak"}]
)
def test_capitals_make_no_difference(shop: Shop, change: dict[str, str]) -> None:
    shop.bring(row("Oak"))
    code, said = shop.bring(row("Oak", **change))

    assert code == 0
    assert "warning" not in said
    assert "differences" not in shop.read("oak/import.yaml")


# ----------------------------------------------------------------------- what is older


def test_an_older_file_neither_holds_nor_lets_go(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Oak", "A2"))
    shop.bring(row("Oak", total="690.00"), row("Oak", "A2"))
    read_until(shop, "2026-11-26", 2)
    before = kept(shop)

    code, said = shop.bring(row("Oak"))
    assert (code, kept(shop)) == (0, before)
    assert "missing" not in said
    shop.bring(row("Oak", "A2", total="5.00", mail="new@oak.example"))
    assert kept(shop) == before


def test_what_only_an_older_file_lists_as_open_has_gone_since(shop: Shop) -> None:
    shop.bring(row("Oak"))
    read_until(shop, "2026-11-26", 1)
    _, said = shop.bring(row("Oak"), row("Oak", "B1"), ELM)

    assert "added: 1 account, 2 invoices" in said
    assert "missing: 2 open invoices, now held" in said
    assert "invoice: B1" in shop.read("oak/import.yaml")
    assert "invoice: E1" in shop.read("elm/import.yaml")
    assert "asking for 1190.00" in planned(shop)
    read_until(shop, "2026-11-25", 1)
    shop.bring(row("Oak"), row("Oak", "B1"), ELM)
    assert "differences" not in shop.read("oak/import.yaml")
