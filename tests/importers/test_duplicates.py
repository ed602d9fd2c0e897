"""One invoice is one, however its number is spelled and whoever is said to owe it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.cli import environment, main
from goodterms.model.identity import normalised_number
from tests.importers.test_customer_directory import Shop, row


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every command on a day after those in the files."""
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, capsys)


def files(shop: Shop, account: str = "oak") -> list[str]:
    """List the invoices that an account has."""
    found = (shop.root / "ledger" / account / "invoices").glob("*")
    return sorted(path.name for path in found)


SPELLINGS = [
    ("00412", "412"),
    ("0010017", "10017"),
    ("2026/12", "2026-12"),
    ("2026-12", "2026/12"),
    ("2026.12", "2026-12"),
    ("RE 2026/7", "re-2026_7"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_a_number_has_one_spelling_for_all(one: str, other: str) -> None:
    assert normalised_number(one) == normalised_number(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1-11", "11-1"), ("R1", "R2"), ("2026/12", "202612")]
)
def test_other_numbers_stay_others(one: str, other: str) -> None:
    assert normalised_number(one) != normalised_number(other)


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_another_spelling_makes_no_second_invoice(
    shop: Shop, one: str, other: str
) -> None:
    shop.bring(row("Oak", one))
    before = files(shop)
    code, said = shop.bring(row("Oak", other))

    assert (code, files(shop)) == (0, before)
    assert "unchanged: 1 invoice\n" in said
    assert "differences" not in shop.read("oak/import.yaml")
    code, said = shop.bring(row("Oak", other, paid="2026-10-20"))
    assert code == 0
    assert "added: 1 payment\n" in said
    assert files(shop) == before
    assert "on: 2026-10-20" in shop.read(f"oak/invoices/{before[0]}")
    assert shop.check() == (0, "")


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_another_spelling_is_refused_under_another_customer(
    shop: Shop, one: str, other: str
) -> None:
    shop.bring(row("Oak", one))
    (known,) = files(shop)
    elm = row("Elm", other, mail="a@elm.example")
    code, said = shop.bring(row("Oak", one), elm)

    assert code == 1
    assert "is in ledger/oak already" in said
    assert shop.folders == ["oak"]
    kept = shop.read("oak/import.yaml")
    assert known.removesuffix(".yaml") in kept.partition("differences:")[2]
    assert "to send" not in planned(shop)
    assert shop.bring(row("Oak", one))[0] == 0
    assert "differences" not in shop.read("oak/import.yaml")


@pytest.mark.parametrize(("one", "other"), [*SPELLINGS, ("R1", "R1")])
def test_two_customers_of_one_file_have_no_invoice_in_common(
    shop: Shop, one: str, other: str
) -> None:
    rows = (row("Oak", one), row("Elm", other, mail="a@elm.example"))
    code, said = shop.bring(*rows)

    assert code == 1
    assert "is in ledger/oak already" in said
    assert shop.folders == ["oak"]
    assert shop.check() == (0, "")
    code, again = shop.bring(*rows)
    assert code == 1
    assert "added: nothing" in again


def test_two_spellings_in_one_file_are_refused_and_the_invoice_held(shop: Shop) -> None:
    rows = (row("Oak", "412"), row("Oak", "00412"))
    code, said = shop.bring(*rows)

    assert code == 1
    assert "'00412' is the invoice '412' once more" in said
    assert files(shop) == ["412.yaml"]
    kept = shop.read("oak/import.yaml")
    assert 'invoice: "412"' in kept
    shop.bring(*rows)
    assert shop.read("oak/import.yaml") == kept
    assert "to send" not in planned(shop)


def test_two_invoices_that_differ_by_zeros_are_each_found_by_their_facts(
    shop: Shop,
) -> None:
    rows = (row("Oak", "412", issued="2025-09-01"), row("Oak", "00412", total="9.00"))
    assert shop.bring(*rows)[0] == 0
    assert files(shop) == ["00412.yaml", "412.yaml"]

    code, said = shop.bring(rows[0], row("Oak", "412", total="9.00"))

    assert code == 1
    assert "disagree" not in said
    shop.bring(row("Oak", "0412", total="9.00", paid="2026-10-20"), rows[0])
    assert "payments" in shop.read("oak/invoices/00412.yaml")


def test_a_row_that_may_be_about_an_invoice_holds_it(shop: Shop) -> None:
    """A number that has another's file, and other facts: nobody knows which is so."""
    shop.bring(row("Oak", "2026-12"))
    code, said = shop.bring(row("Oak", "2026/12", total="690.00"), more="holds: some\n")

    assert code == 1
    assert "'2026/12' would have the file of invoice '2026-12'" in said
    assert "field: row" in shop.read("oak/import.yaml")
    assert "to send" not in planned(shop)


def test_a_customer_may_have_several_numbers_in_one_source(shop: Shop) -> None:
    """As the refusal says: with zeros and without, or two that were merged."""
    shop.bring(row("0010017", "A1", name="Oak"))
    rows = (row("10017", "A1", name="Oak"), row("10017", "A2", name="Oak"))
    code, said = shop.bring(*rows[:1])
    say = 'keys: {s: ["0010017", "10017"]}'

    assert code == 1
    assert f"let ledger/0010017/account.yaml say '{say}'" in said
    file = shop.root / "ledger/0010017/account.yaml"
    file.write_text(file.read_text().replace('keys: {s: "0010017"}', say))

    assert shop.bring(*rows)[0] == 0
    assert shop.bring(row("0010017", "A1", name="Oak"), rows[1])[0] == 0
    assert shop.folders == ["0010017"]
    assert files(shop, "0010017") == ["A1.yaml", "A2.yaml"]
    assert shop.check() == (0, "")
    code, said = shop.bring(row("0010017", "A1", name="Oak"), *rows)
    assert code == 1
    assert "'A1' is the invoice 'A1' once more" in said


def planned(shop: Shop) -> str:
    """Return the plan of a day on which the reminder is due."""
    shop.capsys.readouterr()
    main(["--root", str(shop.root), "plan", "--as-of", "2026-11-25"])
    return shop.capsys.readouterr().out
