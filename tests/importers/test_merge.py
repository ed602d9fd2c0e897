"""What arrived becomes files: it is added, what differs is said, nothing is lost."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.importers import GivenFile
from goodterms.importers.append_payment import missing_payments
from goodterms.importers.csv.read_csv import read_invoices
from goodterms.importers.disputes import RecordSigner
from goodterms.importers.ledger_files import FileChange, LedgerFiles
from goodterms.importers.merge import ImportRequest, ImportResult, merge_observations
from goodterms.importers.observations import ImportedInvoice
from goodterms.importers.source_progress import file_source
from goodterms.load import (
    SourceState,
    load_account,
    load_invoice,
    load_profile,
    load_record,
)
from goodterms.load.import_state import load_imported
from goodterms.model.ledger import Invoice, Payment
from goodterms.model.money import parse_amount
from goodterms.model.problem import Place, Problem, has_errors
from goodterms.model.settings import Creditor, Settings
from goodterms.workspace.files import account_files
from goodterms.yaml.canonical_writer import document

FILE = "ledger/acme/invoices/INV-1.yaml"
FACTS = 'issued: 2026-09-01\ndue: 2026-10-01\ncurrency: EUR\ntotal: "1190.00"\n'
SETTLED = date(2026, 10, 25)
LINDEN = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
SETTINGS = Settings(LINDEN)
TODAY = date(2026, 11, 26)
DANA = RecordSigner("dana", 30, TODAY)


def paid(on: str, amount: str, reference: str | None = None) -> Payment:
    return Payment(date.fromisoformat(on), parse_amount(amount, "EUR"), reference)


def arrival(
    *payments: Payment,
    name: str = "INV-1",
    settled: date | None = None,
    reference: str | None = None,
    disputed: bool = False,
    lists_payments: bool = True,
) -> ImportedInvoice:
    invoice = Invoice(
        name,
        date(2026, 9, 1),
        date(2026, 10, 1),
        parse_amount("1190.00", "EUR"),
        payments,
        reference=reference,
    )
    return ImportedInvoice(
        account="acme",
        source="erp",
        key="ACME",
        number=name,
        name="ACME",
        profile={"name": "ACME", "contacts": [{"name": "ACME"}]},
        invoice=invoice,
        lists_payments=lists_payments,
        lists_settled=True,
        settled=settled,
        disputed=disputed,
        place=Place("erp.csv", 17, 1),
    )


def added(
    text: str, arrived: ImportedInvoice
) -> tuple[str | None, tuple[Problem, ...]]:
    """Add what a file lacks."""
    addition, problems = missing_payments(text.encode(), FILE, arrived)
    if addition is None:
        return None, problems
    written, unfit = addition.write(addition.payments)
    return written, (*problems, *unfit)


PART = paid("2026-10-20", "500.00", "stmt 17")


@pytest.mark.parametrize(
    ("text", "arrived", "more"),
    [
        pytest.param(FACTS, arrival(), None, id="nothing new"),
        pytest.param(
            FACTS,
            arrival(PART),
            'payments:\n  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n',
            id="a payment",
        ),
        pytest.param(
            FACTS,
            arrival(settled=SETTLED),
            'payments:\n  - {on: 2026-10-25, amount: "1190.00"}\n',
            id="settled",
        ),
        pytest.param(
            FACTS,
            arrival(PART, settled=SETTLED),
            'payments:\n  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n'
            '  - {on: 2026-10-25, amount: "690.00"}\n',
            id="a payment and the rest",
        ),
        pytest.param(
            FACTS + 'payments:\n- {on: 2026-10-20, amount: "500.00"}',
            arrival(settled=SETTLED),
            '\n- {on: 2026-10-25, amount: "690.00"}\n',
            id="what people had booked already counts",
        ),
        pytest.param(
            FACTS + 'payments:\n- {on: 2026-10-19, amount: "1190.00"}\n',
            arrival(settled=SETTLED),
            None,
            id="people booked it all, on another day",
        ),
        pytest.param(
            FACTS + 'credits:\n  - {on: 2026-10-02, amount: "90.00"}\n',
            arrival(settled=SETTLED),
            'payments:\n  - {on: 2026-10-25, amount: "1100.00"}\n',
            id="a credit note is no money",
        ),
        pytest.param(
            FACTS + 'payments:\n- {on: 2026-10-20, amount: "500.00", reference: a}\n',
            arrival(paid("2026-10-20", "500.00")),
            None,
            id="the same payment with a reference of ours",
        ),
        pytest.param(
            FACTS + "payments:\n"
            '- {on: 2026-10-20, amount: "500.00", from: 2026-10-20-payment}\n',
            arrival(PART),
            None,
            id="the same payment, allocated from a record",
        ),
        pytest.param(
            FACTS + "payments:\n"
            '- {on: 2026-10-20, amount: "500.00", from: 2026-10-20-payment}\n'
            '- {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n',
            arrival(PART, paid("2026-10-20", "500.00", "stmt 18")),
            None,
            id="the one with the reference, and the other allocated",
        ),
        pytest.param(
            FACTS,
            arrival(PART, PART),
            'payments:\n  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n'
            '  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n',
            id="two payments alike",
        ),
    ],
)
def test_payments_are_added_to_a_file(
    text: str, arrived: ImportedInvoice, more: str | None
) -> None:
    written, problems = added(text, arrived)
    assert problems == ()
    assert written == (None if more is None else text + more)
    if written is not None:
        assert added(written, arrived) == (None, ())


def test_comments_and_what_follows_the_payments_stay() -> None:
    before = (
        "# agreed by phone\n"
        f"{FACTS}payments: # from the bank\n"
        '    - on: 2026-10-20\n      amount: "500.00"  # late\n'
        "\n    # see the credit note\n"
        'credits:\n  - {on: 2026-10-02, amount: "90.00"}\n'
    )
    after, problems = added(before, arrival(settled=SETTLED))
    assert problems == ()
    assert after == before.replace(
        "# late\n", '# late\n    - {on: 2026-10-25, amount: "600.00"}\n'
    )


def test_windows_line_ends_stay() -> None:
    before = FACTS.replace("\n", "\r\n")
    after, _ = added(before, arrival(settled=SETTLED))
    more = 'payments:\r\n  - {on: 2026-10-25, amount: "1190.00"}\r\n'
    assert after == before + more


@pytest.mark.parametrize(
    ("text", "arrived", "problem"),
    [
        pytest.param(
            FACTS.replace("1190.00", "1290.00"),
            arrival(settled=SETTLED),
            "4:8: warning: total is 1290.00, and 1190.00 in erp.csv:17;"
            " mend the one that is wrong",
            id="another total",
        ),
        pytest.param(
            FACTS.replace("2026-10-01", "2026-10-31"),
            arrival(settled=SETTLED),
            "2:6: warning: due is 2026-10-31, and 2026-10-01 in erp.csv:17;"
            " mend the one that is wrong",
            id="another due date",
        ),
        pytest.param(
            FACTS.replace("EUR", "USD"),
            arrival(settled=SETTLED),
            "3:11: warning: currency is USD, and EUR in erp.csv:17;"
            " mend the one that is wrong",
            id="another currency",
        ),
        pytest.param(
            FACTS,
            arrival(reference="RF18"),
            "1:1: warning: reference is missing, and RF18 in erp.csv:17;"
            " mend the one that is wrong",
            id="a reference is missing",
        ),
        pytest.param(
            FACTS + 'payments:\n- {on: 2026-10-19, amount: "500.00"}\n',
            arrival(PART),
            "6:1: warning: a payment of 500.00 on 2026-10-20 is not here"
            " but in erp.csv:17; mend the one that is wrong\n"
            "6:1: warning: the payment of 500.00 on 2026-10-19 is not"
            " in erp.csv:17; mend the one that is wrong",
            id="perhaps the same payment",
        ),
        pytest.param(
            FACTS + 'payments:\n- {on: 2026-10-19, amount: "1190.00"}\n',
            arrival(lists_payments=False),
            "6:1: warning: nothing is open, but it is not settled in erp.csv:17;"
            " mend the one that is wrong",
            id="settled only here",
        ),
        pytest.param(
            FACTS + 'payments: [{on: 2026-10-19, amount: "90.00"}]\n',
            arrival(settled=SETTLED),
            "error: the file has no list of payments that a line can be added to:"
            " 1100.00 on 2026-10-25;"
            " write 'payments:' with '- {on: …, amount: …}' lines, and do it again",
            id="no place for a payment",
        ),
        pytest.param(
            FACTS + "total: 5\n",
            arrival(settled=SETTLED),
            "5:1: error: duplicate key 'total', first used at line 4;"
            " delete one of them",
            id="a file that cannot be read",
        ),
    ],
)
def test_what_differs_is_reported_and_left_alone(
    text: str, arrived: ImportedInvoice, problem: str
) -> None:
    written, problems = added(text, arrived)
    assert written is None
    said = "\n".join(str(each).removeprefix(f"{FILE}:").strip() for each in problems)
    assert said == problem


def test_a_payment_is_added_though_the_reference_differs() -> None:
    text, problems = added(FACTS, arrival(settled=SETTLED, reference="RF18"))
    assert text is not None
    assert [problem.severity for problem in problems] == ["warning"]


def filed(
    root: Path, *arrived: ImportedInvoice, signature: RecordSigner | None = DANA
) -> ImportResult:
    """File what arrived, and write it."""
    shelf = LedgerFiles(root)
    made = merge_observations(
        arrived, ImportRequest(shelf, LINDEN, TODAY, "erp", TODAY, signature)
    )
    shelf.write(made.changes)
    return made


def adds(made: ImportResult) -> list[tuple[str, str]]:
    """List what was added, but for what imports keep for themselves."""
    return [(c.adds, c.path) for c in made.changes if c.adds != "import"]


def test_files_are_written_once(tmp_path: Path) -> None:
    first = filed(tmp_path, arrival(), arrival(name="INV-2", settled=SETTLED))
    assert adds(first) == [
        ("account", "ledger/acme/account.yaml"),
        ("invoice", "ledger/acme/invoices/INV-1.yaml"),
        ("invoice", "ledger/acme/invoices/INV-2.yaml"),
    ]
    again = filed(tmp_path, arrival(), arrival(name="INV-2", settled=SETTLED))
    assert (again.changes, again.unchanged, again.differing) == ([], 2, 0)
    written = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert written == ["INV-1.yaml", "INV-2.yaml", "account.yaml", "import.yaml"]


def test_an_account_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    account = tmp_path / "ledger/acme/account.yaml"
    account.parent.mkdir(parents=True)
    account.write_text("name: ACME GmbH\n", encoding="utf-8")
    assert adds(filed(tmp_path, arrival())) == [("invoice", FILE)]
    assert account.read_text(encoding="utf-8") == "name: ACME GmbH\n"


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    made = filed(tmp_path, arrival(PART, settled=SETTLED, disputed=True))
    for change in made.changes:
        data = change.text.encode()
        problems = {
            "account": load_profile(data, change.path, LINDEN)[1],
            "invoice": load_invoice(data, change.path)[1],
            "import": load_imported(data, change.path)[1],
        }.get(change.adds) or (
            load_record(data, change.path)[1] if "/records/" in change.path else ()
        )
        assert problems == ()


def test_a_dispute_is_recorded_and_resolved_when_the_customer_paid(
    tmp_path: Path,
) -> None:
    records = "ledger/acme/records/"
    several = (arrival(disputed=True), arrival(name="INV-2", disputed=True))
    first = filed(tmp_path, *several)
    assert adds(first)[-1] == ("dispute", f"{records}2026-09-01-dispute-2.yaml")
    dispute = tmp_path / records / "2026-09-01-dispute.yaml"
    assert dispute.read_text(encoding="utf-8") == (
        "kind: dispute\non: 2026-09-01\nby: dana\ninvoices: [INV-1]\n"
        "review_by: 2026-12-26\n"
        "said: Marked as disputed where the invoice was imported from.\n"
    )
    assert filed(tmp_path, *several).changes == []
    later = (
        arrival(disputed=True),
        arrival(name="INV-2", disputed=True, settled=SETTLED),
    )
    assert adds(filed(tmp_path, *later)) == [
        ("payment", "ledger/acme/invoices/INV-2.yaml"),
        ("resolution", f"{records}2026-10-25-resolution.yaml"),
    ]
    resolution = tmp_path / records / "2026-10-25-resolution.yaml"
    assert resolution.read_text(encoding="utf-8") == (
        "kind: resolution\non: 2026-10-25\nby: dana\ninvoices: [INV-2]\n"
        "of: 2026-09-01-dispute-2\noutcome: rejected\n"
        "said: Paid in full, as imported.\n"
    )
    assert filed(tmp_path, *later).changes == []


@pytest.mark.parametrize(
    ("invoices", "adds_a_dispute", "adds_a_resolution"),
    [
        pytest.param("invoices: [INV-1]\n", False, True, id="of this invoice"),
        pytest.param("invoices: [INV-1, X]\n", False, False, id="of others, too"),
        pytest.param("", False, False, id="of all that were open"),
        pytest.param("invoices: [X]\n", True, True, id="of another"),
    ],
)
def test_a_dispute_that_somebody_recorded_is_known(
    tmp_path: Path, invoices: str, *, adds_a_dispute: bool, adds_a_resolution: bool
) -> None:
    record = tmp_path / "ledger/acme/records/2026-10-02-dispute.yaml"
    record.parent.mkdir(parents=True)
    text = f"kind: dispute\non: 2026-10-02\nby: omar\n{invoices}review_by: 2026-11-02\n"
    record.write_text(text, encoding="utf-8")
    made = filed(tmp_path, arrival(disputed=True, settled=SETTLED))
    kinds = {kind for kind, _ in adds(made)}
    assert ("dispute" in kinds) is adds_a_dispute
    assert ("resolution" in kinds) is adds_a_resolution


def test_a_mark_that_is_gone_is_said(tmp_path: Path) -> None:
    """The dispute goes on stopping the invoice: nobody has said what came of it."""
    filed(tmp_path, arrival(disputed=True))
    gone = filed(tmp_path, arrival())
    assert [kind for kind, _ in adds(gone)] == []
    (said,) = [each for each in gone.problems if each.rule == "dispute-unmarked"]
    assert str(said) == (
        "ledger/acme/records/2026-09-01-dispute.yaml: warning: 'INV-1' is no longer"
        " marked as disputed, and stays silent; say what came of it: goodterms record"
        " resolution acme --by NAME --invoice INV-1 --of 2026-09-01-dispute --outcome"
        " rejected (or upheld, partly with --credit)"
    )
    resolved = "kind: resolution\non: 2026-10-02\nby: dana\ninvoices: [INV-1]\n"
    resolved += "of: 2026-09-01-dispute\noutcome: rejected\n"
    record = tmp_path / "ledger/acme/records/2026-10-02-resolution.yaml"
    record.write_text(resolved, encoding="utf-8")
    for later in (arrival(), arrival(disputed=True)):
        assert not filed(tmp_path, later).problems


def test_a_dispute_of_a_persons_is_not_asked_about(tmp_path: Path) -> None:
    record = tmp_path / "ledger/acme/records/2026-10-02-dispute.yaml"
    record.parent.mkdir(parents=True)
    text = "kind: dispute\non: 2026-10-02\nby: omar\ninvoices: [INV-1]\n"
    record.write_text(f"{text}review_by: 2026-11-02\n", encoding="utf-8")
    assert not filed(tmp_path, arrival()).problems


def test_a_new_customer_keeps_each_contact_that_a_row_names(tmp_path: Path) -> None:
    people: list[dict[str, object]] = [
        {"name": "Petra", "email": "petra@acme.example"},
        {"name": "Jens", "email": "JB@acme.example"},
        {"name": "Jens Brandt", "email": "jb@acme.example"},
        {"name": "Reception", "phone": "+49 30 1"},
        {"name": "ACME"},
    ]
    rows = [
        replace(arrival(name=f"INV-{n}"), profile={"name": "ACME", "contacts": [each]})
        for n, each in enumerate(people)
    ]
    filed(tmp_path, *rows)
    text = (tmp_path / "ledger/acme/account.yaml").read_text(encoding="utf-8")
    assert text == (
        "name: ACME\ncontacts:\n"
        "  - {name: Petra, email: petra@acme.example}\n"
        "  - {name: Jens, email: JB@acme.example}\n"
        '  - {name: Reception, phone: "+49 30 1"}\n'
    )
    assert filed(tmp_path, *rows).changes == []


@pytest.mark.parametrize("schemas", ["schemas", "engine/schemas"])
def test_editors_know_the_schema_of_a_new_account(tmp_path: Path, schemas: str) -> None:
    schema = tmp_path / schemas / "account.schema.json"
    schema.parent.mkdir(parents=True)
    schema.write_text("{}")
    filed(tmp_path, arrival())
    account = tmp_path / "ledger/acme/account.yaml"
    first = account.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (account.parent / first.partition("$schema=")[2]).resolve() == schema


def test_a_record_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    record = tmp_path / "ledger/acme/records/2026-10-02-dispute.yaml"
    record.parent.mkdir(parents=True)
    record.write_text("kind: dispute\n", encoding="utf-8")
    made = filed(tmp_path, arrival(disputed=True))
    assert {problem.place.file for problem in made.problems} == {
        "ledger/acme/records/2026-10-02-dispute.yaml"
    }


def test_without_a_signature_there_are_no_records(tmp_path: Path) -> None:
    made = filed(tmp_path, arrival(disputed=True), signature=None)
    assert [kind for kind, _ in adds(made)] == ["account", "invoice"]


@pytest.mark.parametrize(
    ("before", "until", "written"),
    [
        (None, "2026-11-19", "kind: payments\nuntil: 2026-11-19\nrows: 2\n"),
        ("2026-11-18", "2026-11-19", "kind: payments\nuntil: 2026-11-19\nrows: 2\n"),
        ("2026-11-19", "2026-11-19", None),
        ("2026-11-20", "2026-11-19", None),
    ],
)
def test_a_source_never_goes_back(
    tmp_path: Path, before: str | None, until: str, written: str | None
) -> None:
    path = "ledger/_sources/erp.yaml"
    shelf = LedgerFiles(tmp_path)
    if before is not None:
        text = f"kind: payments\nuntil: {before}\n"
        shelf.write([FileChange(path, text, "source")])
    source = SourceState("payments", date.fromisoformat(until), 2)
    changes, problems = file_source("erp", source, shelf, TODAY)
    assert problems == ()
    assert [change.text for change in changes] == ([written] if written else [])


CELLS = st.one_of(
    st.sampled_from(
        ["", "A", "a", "ä", "1", "2026-09-01", "2026-10-01", "5.00", "yes"]
    ),
    st.sampled_from(
        ["=cmd()", '"', "a,b", "x\ny", "NO", "- a", ": ", "#", "~", "'", "0x1"]
    ),
    st.text(max_size=12),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "account": CELLS,
            "invoice": CELLS,
            "issued": st.just("2026-09-01"),
            "due": st.sampled_from(["2026-10-01", "2026-09-01"]),
            "total": st.sampled_from(["1190.00", "5", "7.1"]),
            "settled": st.sampled_from(["", "2026-10-25"]),
            "disputed": st.sampled_from(["", "yes", "no"]),
            "reference": CELLS,
            "purchase_order": CELLS,
            "name": CELLS,
            "contact": CELLS,
            "email": st.one_of(st.just(""), CELLS),
            "phone": CELLS,
        }
    ),
    max_size=4,
)


@settings(deadline=None)
@given(ROWS)
def test_whatever_the_cells_hold_what_is_written_can_be_read(
    rows: list[dict[str, str]],
) -> None:
    names = list(rows[0]) if rows else ["account"]
    mapping = {"columns": {name: name for name in names}, "currency": "EUR"}
    table = StringIO(newline="")
    writer = csv.DictWriter(table, names)
    writer.writeheader()
    writer.writerows(rows)
    _, read = read_invoices(
        GivenFile("t.csv", table.getvalue().encode("utf-8", "replace")),
        GivenFile("m.yaml", document({**mapping, "by": "dana"}).encode()),
        {"dana"},
    )
    with TemporaryDirectory() as folder:
        root = Path(folder)
        made = filed(root, *read.invoices)
        for account in {change.path.split("/")[1] for change in made.changes}:
            loaded, problems = load_account(
                account, account_files(folder, account), SETTINGS
            )
            assert loaded is not None
            assert not has_errors(problems)
        assert len({change.path.casefold() for change in made.changes}) == len(
            made.changes
        )
        assert filed(root, *read.invoices).changes == []
