"""A customer and an invoice are who they are, and what differs is not chased."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.cli import environment, main
from goodterms.importers.country_names import read_country
from goodterms.load.value_readers import COUNTRIES
from goodterms.model.ledger import Difference
from tests.cli.test_import import SETTINGS
from tests.support.factory import account, does, invoice, plan_on, standing, tasks

HEAD = "Customer,Name,Mail,Invoice,Date,Due,Total,Paid\n"
MAPPING = """\
columns: {account: Customer, name: Name, email: Mail, invoice: Invoice, issued: Date,
  due: Due, total: Total, settled: Paid}
currency: EUR
"""


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every command on a day after those in the files."""
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


POLICY = """\
policy: standard
version: 1
effective: 2024-01-01
segments: [standard]
ladder: [{step: reminder, at: due + 7d, channel: email, tone: warm, template: note}]
"""


class Shop:
    """A repository, and exports of one source that are brought into it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        (root / "goodterms.yaml").write_text(SETTINGS, encoding="utf-8")
        (root / "policies/standard").mkdir(parents=True)
        (root / "policies/standard/v1.yaml").write_text(POLICY, encoding="utf-8")
        (root / "templates/en").mkdir(parents=True)
        note = "---\nsubject: Hello\n---\nPlease pay {{ totals }}.\n"
        (root / "templates/en/note.md.j2").write_text(note, encoding="utf-8")

    def bring(self, *rows: str, source: str = "s", more: str = "") -> tuple[int, str]:
        """Import rows; returns the exit code and all that was said."""
        (self.root / "a.csv").write_text(HEAD + "\n".join(rows), encoding="utf-8")
        mapping = f"{MAPPING}source: {{name: {source}}}\n{more}"
        (self.root / "m.yaml").write_text(mapping, encoding="utf-8")
        args = ["import", "csv", f"{self.root}/a.csv", "--map", f"{self.root}/m.yaml"]
        self.capsys.readouterr()
        code = main(["--root", str(self.root), *args, "--until", "2026-11-25"])
        return code, "".join(self.capsys.readouterr())

    def read(self, path: str) -> str:
        """Return what a file of the ledger says, "" where there is none."""
        file = self.root / "ledger" / path
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def check(self) -> tuple[int, str]:
        """Check the repository."""
        self.capsys.readouterr()
        code = main(["--root", str(self.root), "check"])
        return code, self.capsys.readouterr().out

    @property
    def folders(self) -> list[str]:
        """The accounts."""
        found = (p.name for p in (self.root / "ledger").iterdir())
        return sorted(name for name in found if not name.startswith("_"))


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, capsys)


def row(customer: str, number: str = "A1", **more: str) -> str:
    """Write a row of an export."""
    said = {
        "name": customer,
        "mail": "ap@oak.example",
        "issued": "2026-09-01",
        "due": "2026-10-01",
        "total": "1190.00",
        "paid": "",
    } | more
    cells = (said[key] for key in ("name", "mail"))
    rest = (said[key] for key in ("issued", "due", "total", "paid"))
    return ",".join([customer, *cells, number, *rest])


# ------------------------------------------------------------------------ customers


def test_names_that_differ_by_an_umlaut_are_two_customers(shop: Shop) -> None:
    shop.bring(row("M\u00fcller GmbH", "R1", mail="ap@mueller.example"))
    code, _ = shop.bring(
        row("M\u00fcller GmbH", "R1", mail="ap@mueller.example"),
        row("M\u00f6ller GmbH", "R2", mail="ap@moeller.example"),
    )

    assert code == 0
    assert shop.folders == ["moeller-gmbh", "mueller-gmbh"]
    assert "keys: {s: M\u00fcller GmbH}" in shop.read("mueller-gmbh/account.yaml")


def test_names_that_make_one_folder_are_refused_and_named(shop: Shop) -> None:
    shop.bring(row("A & B", "R1", mail="one@x.example"))
    code, said = shop.bring(row("A + B", "R2", mail="two@y.example"))

    assert code == 1
    assert "'A + B' would go into ledger/a-b, which is 'A & B' in s" in said
    assert "refused: 1 row" in said
    assert shop.read("a-b/invoices/R2.yaml") == ""


def test_two_names_of_one_folder_in_one_file_go_in_once_one_is_named(
    shop: Shop,
) -> None:
    rows = (
        row("A & B", "R1", mail="one@x.example"),
        row("A + B", "R2", mail="two@y.example"),
    )
    code, said = shop.bring(*rows)

    assert (code, shop.folders) == (1, ["a-b"])
    assert "'A + B' would go into ledger/a-b, which is 'A & B' in s" in said
    assert shop.read("a-b/invoices/R2.yaml") == ""
    other = shop.root / "ledger/a-and-b"
    other.mkdir()
    text = shop.read("a-b/account.yaml").replace("A & B", "A + B")
    (other / "account.yaml").write_text(text.replace("one@x", "two@y"))
    assert shop.bring(*rows)[0] == 0
    assert shop.read("a-and-b/invoices/R2.yaml") != ""


def test_a_folder_made_by_hand_is_another_customer_unless_it_is_alike(
    shop: Shop,
) -> None:
    folder = shop.root / "ledger/oak"
    folder.mkdir(parents=True)
    text = "name: Oak Trees Inc\ncontacts: [{name: Ann, email: ann@oak.example}]\n"
    (folder / "account.yaml").write_text(text, encoding="utf-8")

    refused = shop.bring(row("Oak", mail="ap@other.example"))
    known = shop.bring(row("Oak", mail="ann@oak.example"))

    assert refused[0] == 1
    assert "which is 'Oak Trees Inc'" in refused[1]
    assert known[0] == 0
    assert shop.read("oak/account.yaml") == text


def test_a_letter_and_its_accent_are_one_sign(shop: Shop) -> None:
    """A Mac writes two signs where others write one: it is one name."""
    shop.bring(row("Mu\u0308ller"))
    code, _ = shop.bring(row("M\u00fcller", paid="2026-10-20"))

    assert (code, shop.folders) == (0, ["mueller"])
    assert "on: 2026-10-20" in shop.read("mueller/invoices/A1.yaml")


def test_the_key_finds_a_customer_under_any_folder(shop: Shop) -> None:
    shop.bring(row("Oak"))
    (shop.root / "ledger/oak").rename(shop.root / "ledger/oak-trees")

    code, _ = shop.bring(row("Oak"), row("Oak", "A2"))

    assert (code, shop.folders) == (0, ["oak-trees"])
    assert shop.read("oak-trees/invoices/A2.yaml") != ""


def test_lost_zeros_make_no_second_customer(shop: Shop) -> None:
    """And the invoice, which the export may call paid by now, is not chased."""
    shop.bring(row("0010017"))
    code, said = shop.bring(row("10017", paid="2026-10-20"))

    assert code == 1
    assert "invoice 'A1' of 2026-09-01 over 1190.00 is in ledger/0010017" in said
    assert shop.folders == ["0010017"]
    assert "field: row" in shop.read("0010017/import.yaml")


def test_check_finds_an_invoice_that_two_customers_have(shop: Shop) -> None:
    shop.bring(row("Oak"))
    folder = shop.root / "ledger/elm"
    (folder / "invoices").mkdir(parents=True)
    for name in ("account.yaml", "invoices/A1.yaml"):
        (folder / name).write_text(shop.read(f"oak/{name}"), encoding="utf-8")

    code, said = shop.check()

    assert code == 1
    assert "ledger/elm/invoices/A1.yaml: error: ledger/oak has this invoice too" in said
    assert "it is 'Oak' in s, and so is ledger/elm" in said


def test_neither_of_the_two_is_chased(shop: Shop) -> None:
    shop.bring(row("Oak"))
    folder = shop.root / "ledger/elm"
    (folder / "invoices").mkdir(parents=True)
    other = shop.read("oak/account.yaml").replace("keys: {s: Oak}\n", "")
    (folder / "account.yaml").write_text(other, encoding="utf-8")
    text = shop.read("oak/invoices/A1.yaml")
    (folder / "invoices/A1.yaml").write_text(text, encoding="utf-8")

    shop.capsys.readouterr()
    assert main(["--root", str(shop.root), "plan", "--as-of", "2026-11-25"]) == 1
    said = shop.capsys.readouterr()
    assert "0 invoices waiting" in said.out
    assert "ledger/elm has this invoice too" in said.err + said.out


def copied(shop: Shop, *changes: tuple[str, str], name: str = "A1") -> None:
    """Put a copy of Oak's folder, and of its invoice A1, under another customer."""
    folder = shop.root / "ledger/elm"
    (folder / "invoices").mkdir(parents=True)
    for path, to in (
        ("account.yaml", "account.yaml"),
        ("invoices/A1.yaml", f"invoices/{name}.yaml"),
    ):
        text = shop.read(f"oak/{path}")
        for old, new in changes:
            text = text.replace(old, new)
        (folder / to).write_text(text, encoding="utf-8")


def planned(shop: Shop, *more: str) -> tuple[int, str]:
    """Plan the repository; returns the exit code and all that was said."""
    shop.capsys.readouterr()
    code = main(["--root", str(shop.root), *more, "--as-of", "2026-11-25"])
    return code, "".join(shop.capsys.readouterr())


NO_KEY = ("keys: {s: Oak}\n", "")


@pytest.mark.parametrize(
    ("paid", "copy", "said"),
    [
        ("2026-10-20", (NO_KEY, ('"1190.00"}', '"1.00"}')), "ledger/oak has this"),
        ("", (NO_KEY,), "ledger/oak has this invoice too:"),
        ("", (('"1190.00"', '"7.00"'),), "it is 'Oak' in s, and so is ledger/oak"),
    ],
    ids=["the other is paid", "the other is open", "the same customer"],
)
def test_what_check_calls_double_no_command_asks_for(
    shop: Shop, paid: str, copy: tuple[tuple[str, str], ...], said: str
) -> None:
    """Whoever paid the one copy is not chased for the other, whoever asks."""
    shop.bring(row("Oak", paid=paid))
    copied(shop, *copy)

    assert said in shop.check()[1]
    code, told = planned(shop, "plan")
    assert (code, "0 invoices waiting" in told, "elm/" in told) == (1, True, True)
    assert "to send" not in told


def test_one_account_alone_is_planned_as_in_the_whole(shop: Shop) -> None:
    shop.bring(row("Oak"))
    copied(shop, NO_KEY)

    for args in (
        ("plan", "--account", "elm"),
        ("explain", "elm"),
        ("show", "elm/2026-11-25-reminder"),
    ):
        code, told = planned(shop, *args)
        assert code == 1
        assert "ledger/oak has this invoice too" in told
        assert "asking for" not in told
        assert "ledger/elm has" not in told
    assert main(["--root", str(shop.root), "check", f"{shop.root}/ledger/elm"]) == 1


def test_lost_zeros_make_no_second_invoice(shop: Shop) -> None:
    shop.bring(row("Oak"))
    (shop.root / "ledger/oak/invoices/A1.yaml").rename(
        shop.root / "ledger/oak/invoices/00815.yaml"
    )
    text = shop.read("oak/invoices/00815.yaml")
    (shop.root / "ledger/oak/invoices/815.yaml").write_text(text, encoding="utf-8")

    assert "has this invoice too as '00815'" in shop.check()[1]
    assert "to send" not in planned(shop, "plan")[1]


# ------------------------------------------------------------------------- invoices


def test_two_numbers_make_no_single_file(shop: Shop) -> None:
    shop.bring(row("Oak", "2026/12"))
    code, said = shop.bring(row("Oak", "2026-12", total="5.00"))

    assert code == 1
    assert "'2026-12' would have the file of invoice '2026/12'" in said
    assert 'number: "2026/12"' in shop.read("oak/invoices/2026-12.yaml")
    assert shop.bring(row("Oak", "2026/12"))[0] == 0


def test_a_number_that_a_spreadsheet_shortened_is_refused(shop: Shop) -> None:
    code, said = shop.bring(row("Oak", "1.93057E+09"))

    assert code == 1
    assert "'1.93057E+09' is a number that a spreadsheet has shortened" in said


@pytest.mark.parametrize(
    "name", ["acme..de", "acme.lock", "con", "nul.x", "acme.", "COM1"]
)
def test_a_name_that_git_or_windows_cannot_keep_is_an_error(
    shop: Shop, name: str
) -> None:
    shop.bring(row("Oak"))
    (shop.root / "ledger/oak").rename(shop.root / "ledger" / name)

    code, said = shop.check()

    assert code == 1
    assert f"'{name}'" in said


# --------------------------------------------------------------------------- differs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"total": "690.00"}, "total"),
        ({"due": "2026-10-15"}, "due"),
        ({"mail": "joint-administrators@law.example"}, "email"),
        ({"name": "Oak (in administration)"}, "name"),
    ],
)
def test_a_disagreement_is_kept_until_it_is_mended(
    shop: Shop, change: dict[str, str], field: str
) -> None:
    shop.bring(row("Oak"))
    code, said = shop.bring(row("Oak", **change))
    kept = shop.read("oak/import.yaml")

    assert code == 0
    assert "warning" in said
    assert f"field: {field}" in kept
    assert shop.bring(row("Oak", **change))[0] == 0
    assert shop.read("oak/import.yaml") == kept
    assert shop.bring(row("Oak"))[0] == 0
    assert "differences" not in shop.read("oak/import.yaml")


def test_what_we_call_them_is_ours(shop: Shop) -> None:
    """A name that a person has put right is no difference: the source said no other."""
    shop.bring(row("Oak"))
    file = shop.root / "ledger/oak/account.yaml"
    file.write_text(
        shop.read("oak/account.yaml").replace("name: Oak\n", "name: Oaks\n")
    )
    before = shop.read("oak/import.yaml")

    assert shop.bring(row("Oak"))[0] == 0
    assert shop.read("oak/import.yaml") == before


def test_an_invoice_that_is_listed_no_more_is_held(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Oak", "A2"))
    shop.bring(row("Oak", "A2"))
    assert "invoice: A1" in shop.read("oak/import.yaml")
    shop.bring(row("Oak", "A2"), more="holds: some\n")
    assert "differences" not in shop.read("oak/import.yaml")


def test_a_customer_who_is_listed_no_more_is_held(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Elm", "E1", mail="a@elm.example"))
    shop.bring(row("Elm", "E1", mail="a@elm.example"))

    assert "no longer listed" in shop.read("oak/import.yaml")


@pytest.mark.parametrize(
    ("field", "theirs", "mended"),
    [
        ("total", "690.00", False),
        ("total", "1190.00", True),
        ("due", "2026-10-01", True),
        ("email", "ap@acme.example", True),
        ("email", "other@law.example", False),
        ("name", "ACME GmbH", True),
    ],
)
def test_the_decision_stops_what_differs(
    field: str, theirs: str, *, mended: bool
) -> None:
    of = "INV-1" if field in ("total", "due") else None
    found = Difference(of, field, "ours", theirs, "s", date(2026, 10, 1))
    at = replace(account(invoice()), differences=(found,))

    made = plan_on(at, "2026-10-08")

    assert (does(made) != []) is mended
    assert standing(made) == ("-" if mended else "differs")
    assert tasks(made) == ([] if mended else ["differs"])
    early = replace(at, differences=(replace(found, on=date(2026, 10, 9)),))
    assert does(plan_on(early, "2026-10-08")) != []


# ------------------------------------------------------------------------- freshness


def test_a_refused_row_holds_its_customer_and_nobody_else(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Elm", "E1", mail="a@elm.example"))
    code, _ = shop.bring(
        row("Oak", total="1190.-"), row("Elm", "E1", mail="a@elm.example")
    )

    assert code == 1
    kept = shop.read("oak/import.yaml")
    assert "field: row" in kept
    assert "no longer listed" not in kept
    assert "listed: {s: [A1]}" in kept
    assert "differences" not in shop.read("elm/import.yaml")
    assert "until: 2026-11-25" in shop.read("_sources/s.yaml")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "it lists no invoice"),
        ((row("Oak", "A0"),), "it lists 1 invoices, and 6 the time before"),
    ],
)
def test_a_file_with_far_fewer_rows_is_doubted(
    shop: Shop, rows: tuple[str, ...], why: str
) -> None:
    shop.bring(*(row("Oak", f"A{n}") for n in range(6)))
    (shop.root / "ledger/_sources/s.yaml").write_text(
        "kind: payments\nuntil: 2026-11-01\nrows: 6\n"
    )
    _, said = shop.bring(*rows)

    assert why in said
    assert "until: 2026-11-01" in shop.read("_sources/s.yaml")
    assert "differences" not in shop.read("oak/import.yaml")


def by_hand(shop: Shop) -> None:
    """Make a customer and an invoice as people do: without keys."""
    folder = shop.root / "ledger/oak/invoices"
    folder.mkdir(parents=True)
    (folder.parent / "account.yaml").write_text(
        "name: Oak\ncontacts: [{name: Ann, email: ap@oak.example}]\n"
    )
    text = 'issued: 2026-09-01\ndue: 2026-10-01\ncurrency: EUR\ntotal: "1190.00"\n'
    (folder / "A1.yaml").write_text(text)


ELM = row("Elm", "E1", mail="a@elm.example", issued="2026-11-01", due="2026-12-01")


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ((row("Oak", total="1190.-"),), "is not an amount"),
        (
            (row("Oak", name="Oaks Ltd", mail="x@y.example", paid="2026-10-20"),),
            "would go into",
        ),
        ((), "no longer listed"),
    ],
    ids=["cannot be read", "may be another customer", "is not listed"],
)
def test_a_customer_made_by_hand_is_held_like_any_other(
    shop: Shop, last: tuple[str, ...], why: str
) -> None:
    by_hand(shop)
    shop.bring(row("Oak"), ELM)
    assert "1 to send" in planned(shop, "plan")[1]

    shop.bring(*last, ELM)

    assert why in shop.read("oak/import.yaml")
    assert "to send" not in planned(shop, "plan")[1]
    shop.bring(row("Oak"), ELM)
    assert "1 to send" in planned(shop, "plan")[1]


def test_a_customer_is_not_held_for_another_of_its_name(shop: Shop) -> None:
    shop.bring(row("A & B", "R1", mail="one@x.example"))
    shop.bring(
        row("A & B", "R1", mail="one@x.example"),
        row("A + B", "R1", mail="two@y.example", total="5.00"),
    )

    assert "differences" not in shop.read("a-b/import.yaml")


def test_an_export_of_new_invoices_may_be_short(shop: Shop) -> None:
    new = "holds: some\n"
    shop.bring(*(row("Oak", f"A{n}") for n in range(6)), more=new)
    file = shop.root / "ledger/_sources/s.yaml"
    file.write_text(file.read_text().replace("2026-11-25", "2026-11-01"))

    assert shop.bring(row("Oak", "B1"), more=new)[0] == 0
    assert "until: 2026-11-25" in shop.read("_sources/s.yaml")


def test_a_source_from_the_future_is_not_fresh(shop: Shop) -> None:
    """Whoever wrote it: a year with a slip in it would end the brake for ever."""
    shop.bring(row("Oak"))
    assert shop.check() == (0, "")
    (shop.root / "ledger/_sources/s.yaml").write_text(
        "kind: payments\nuntil: 2062-11-25\n"
    )
    code, said = shop.check()

    assert code == 0
    assert "warning: 'until: 2062-11-25' is after today, 2026-11-26" in said


def test_a_payment_of_a_day_to_come_is_refused_and_holds_the_invoice(
    shop: Shop,
) -> None:
    shop.bring(row("Oak"), row("Oak", "A2"))
    code, said = shop.bring(row("Oak", paid="2027-10-20"), row("Oak", "A2"))

    assert code == 1
    assert "error: paid on 2027-10-20, which is after today" in said
    assert "2027" not in shop.read("oak/invoices/A1.yaml")
    assert "A1" in planned(shop, "plan")[1].partition("\nWaiting, ")[2]
    assert "A2" not in planned(shop, "plan")[1].partition("\nWaiting, ")[2]


# ------------------------------------------------------------------ the same money


def recorded(shop: Shop, on: str, amount: str, more: str = "") -> None:
    """Record money as a person would."""
    folder = shop.root / "ledger/oak/records"
    folder.mkdir(exist_ok=True)
    text = f'kind: payment\non: {on}\nby: dana\namount: "{amount}"\ncurrency: EUR\n'
    (folder / f"{on}-payment.yaml").write_text(text + more, encoding="utf-8")


@pytest.mark.parametrize(
    ("on", "amount", "more", "matched"),
    [
        ("2026-10-20", "1190.00", "", True),
        ("2026-10-17", "1190.00", "", True),
        ("2026-10-16", "1190.00", "", False),
        ("2026-10-20", "1189.00", "", False),
        ("2026-10-20", "1190.00", "invoices: [A2]\n", False),
        ("2026-10-20", "1190.00", "invoices: [A1]\n", True),
    ],
)
def test_the_same_money_counts_once(
    shop: Shop, on: str, amount: str, more: str, *, matched: bool
) -> None:
    shop.bring(row("Oak"), row("Oak", "A2"))
    recorded(shop, on, amount, more)
    _, said = shop.bring(row("Oak", paid="2026-10-20"), row("Oak", "A2"))
    text = shop.read("oak/invoices/A1.yaml")

    assert ("matched: 1 payment" in said) is matched
    assert (f"from: {on}-payment" in text) is matched
    assert '{on: 2026-10-20, amount: "1190.00"' in text
    again = shop.bring(row("Oak", paid="2026-10-20"), row("Oak", "A2"))
    assert "added: nothing" in again[1]


def test_a_record_is_used_once(shop: Shop) -> None:
    shop.bring(row("Oak"), row("Oak", "A2"))
    recorded(shop, "2026-10-20", "1190.00")
    shop.bring(row("Oak", paid="2026-10-20"), row("Oak", "A2", paid="2026-10-20"))
    both = shop.read("oak/invoices/A1.yaml") + shop.read("oak/invoices/A2.yaml")

    assert both.count("from: 2026-10-20-payment") == 1


@pytest.mark.parametrize(
    ("records", "paid", "quoting"),
    [
        pytest.param(["1800.00"], "900 900", "1 1", id="one transfer for two"),
        pytest.param(["900.00"], "900 900", "1 -", id="one of two"),
        pytest.param(["900.00", "1800.00"], "900 900 900", "1 2 2", id="exact first"),
        pytest.param(["900.00", "900.00"], "900 900", "1 2", id="each its own"),
        pytest.param(["1500.00"], "900 600 300", "1 1 -", id="the only sum"),
        pytest.param(["900.00"], "600 300 600 300", "- - - -", id="several sums"),
        pytest.param(["1700.00"], "900 900", "- -", id="no sum"),
        pytest.param(["2000.00"], "900", "-", id="in part"),
    ],
)
def test_a_transfer_for_several_invoices_counts_once(
    shop: Shop, records: list[str], paid: str, quoting: str
) -> None:
    """Never more is taken of a record than it holds, and a re-import adds nothing."""
    bills = [(f"A{n}", f"{amount}.00") for n, amount in enumerate(paid.split())]
    shop.bring(*(row("Oak", number, total=total) for number, total in bills))
    (shop.root / "ledger/oak/records").mkdir()
    for n, amount in enumerate(records, 1):
        name = "2026-10-20-payment" + (f"-{n}" if n > 1 else "")
        text = f'kind: payment\non: 2026-10-20\nby: dana\namount: "{amount}"\n'
        path = f"ledger/oak/records/{name}.yaml"
        (shop.root / path).write_text(f"{text}currency: EUR\n", encoding="utf-8")
    settled = [row("Oak", no, total=sum_, paid="2026-10-21") for no, sum_ in bills]
    _, said = shop.bring(*settled)

    quoted = []
    for number, _sum in bills:
        source = shop.read(f"oak/invoices/{number}.yaml").partition("from: ")[2]
        name = source.partition("}")[0].partition(",")[0].strip()
        quoted.append(
            "-" if not name else "2" if name == "2026-10-20-payment-2" else "1"
        )
    assert " ".join(quoted) == quoting
    assert ("matched:" in said) is (quoting.strip("- ") != "")
    assert "overused" not in shop.check()[1]
    assert shop.check()[0] == 0
    assert "added: nothing" in shop.bring(*settled)[1]


def test_money_recorded_after_the_import_is_warned_about(shop: Shop) -> None:
    shop.bring(row("Oak", paid="2026-10-20"), row("Oak", "A2"))
    recorded(shop, "2026-10-21", "1190.00")
    code, said = shop.check()

    assert code == 0
    assert "1190.00 is on A1 too, as a payment; if it is the same money, add" in said
    assert "'from: 2026-10-21-payment'" in said
    file = shop.root / "ledger/oak/invoices/A1.yaml"
    text = file.read_text().replace('0"}', '0", from: 2026-10-21-payment}')
    file.write_text(text)
    assert shop.check() == (0, "")


# ------------------------------------------------------------------------- countries


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GB", "GB"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("U.K.", "GB"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Great Britain", "GB"),
        ("The Netherlands", "NL"),
        ("Czech Republic", "CZ"),
        ("Korea, Republic of", "KR"),
        ("Turkey", "TR"),
        ("\u00d6sterreich", "AT"),
        ("Kosovo", None),
        ("DEU", "DE"),
        ("276", "DE"),
        ("Germany", "DE"),
        ("deutschland", "DE"),
        ("United Kingdom", "GB"),
        ("ZZ", None),
        ("Atlantis", None),
    ],
)
def test_countries_in_the_forms_people_write(text: str, code: str | None) -> None:
    assert read_country(text) == code


def test_countries_are_those_of_iso_3166() -> None:
    assert len(COUNTRIES) == 249
    assert {"DE", "GB", "US", "TW", "AX"} <= COUNTRIES
    assert COUNTRIES.isdisjoint({"UK", "ZZ", "XK", "EU", "QO"})


def test_check_refuses_a_country_that_there_is_not(shop: Shop) -> None:
    shop.bring(row("Oak"))
    file = shop.root / "ledger/oak/account.yaml"
    file.write_text(shop.read("oak/account.yaml") + "country: UK\n", encoding="utf-8")

    code, said = shop.check()

    assert code == 1
    assert "'UK' is no country of ISO 3166; did you mean 'GB'?" in said
