"""From the rows of a CSV file to invoices: what is read, what is refused and where."""

import tracemalloc
from datetime import date

import pytest

from goodterms.importers import GivenFile
from goodterms.importers.csv.read_csv import read_invoices
from goodterms.importers.csv.table import CsvRow, CsvTable
from goodterms.importers.observations import ImportedInvoice
from goodterms.load import Problems
from goodterms.model.problem import Place
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import invoice_document

MAPPING = """\
columns:
  account: Customer
  invoice: Number
  issued: Date
  due: Due
  total: Sum
  settled: Settled
  disputed: Disputed
payments:
  - {on: Paid on, amount: Paid, reference: Bank line}
currency: EUR
by: dana
"""
HEADER = "Customer,Number,Date,Due,Sum,Settled,Disputed,Paid on,Paid,Bank line\n"
ROW = "ACME,INV-1,2026-09-01,2026-10-01,1190.00,,,,,\n"


def read(
    csv: str | bytes, mapping: str = MAPPING
) -> tuple[tuple[ImportedInvoice, ...], Problems]:
    data = csv.encode() if isinstance(csv, str) else csv
    _, found = read_invoices(
        GivenFile("a.csv", data), GivenFile("m.yaml", mapping.encode()), {"dana"}
    )
    return found.invoices, found.problems


def said(problems: Problems) -> str:
    return "\n".join(map(str, problems))


def test_a_row_becomes_an_invoice() -> None:
    row = (
        "ACME,INV-1,2026-09-01,2026-10-01,1190,2026-10-25,Yes,2026-10-20,500,stmt 17\n"
    )
    ((arrival,), problems) = read(HEADER + row)
    assert problems == ()
    assert document(invoice_document(arrival.invoice)) == (
        "issued: 2026-09-01\n"
        "due: 2026-10-01\n"
        "currency: EUR\n"
        'total: "1190.00"\n'
        "payments:\n"
        '  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n'
    )
    assert (arrival.account, arrival.invoice.id) == ("acme", "INV-1")
    assert (arrival.settled, arrival.disputed) == (date(2026, 10, 25), True)
    assert arrival.profile == {
        "name": "ACME",
        "contacts": [{"name": "ACME"}],
        "keys": {"csv": "ACME"},
    }
    assert str(arrival.place) == "a.csv:2:6"


def test_an_account_is_described_by_its_columns_and_the_defaults() -> None:
    mapping = """\
columns:
  {account: Id, invoice: No, issued: Date, due: Date, total: Sum, currency: Cur,
   name: Name, contact: Person, email: Mail, phone: Phone, country: Land,
   language: Lang, segment: Seg, reference: Ref, purchase_order: PO}
format: {date: "%d.%m.%Y", delimiter: ";", decimal: ",", thousands: ".",
  encoding: cp1252}
countries: {D: DE}
account: {segment: standard, owner: dana, country: FR, timezone: Europe/Paris}
contact: {name: Accounts payable, role: ap, email: "x+{account}@y.example"}
"""
    csv = (
        "Id;No;Date;Sum;Cur;Name;Person;Mail;Phone;Land;Lang;Seg;Ref;PO\n"
        "K 7;2026/1;01.09.2026;1.190,5;eur;Müller  KG;P. Vogel;ap@m.example;0301;D;de;"
        "key;RF18;77\n"
        "K 8;2026/1;01.09.2026;5;usd;;;;;;;;;\n"
    )
    (first, second), problems = read(csv.encode("cp1252"), mapping)
    assert problems == ()
    assert document(first.profile) == (
        "name: Müller KG\n"
        "segment: key\n"
        "owner: dana\n"
        "language: de\n"
        "country: DE\n"
        "timezone: Europe/Paris\n"
        "contacts:\n"
        "  - {name: P. Vogel, role: ap, email: ap@m.example, "
        'phone: "0301"}\n'
        "keys: {csv: K 7}\n"
    )
    assert (first.invoice.reference, first.invoice.purchase_order) == ("RF18", "77")
    assert (str(first.invoice.total), second.invoice.currency) == ("1190.50", "USD")
    assert second.profile["contacts"] == [
        {
            "name": "Accounts payable",
            "role": "ap",
            "email": "x+k-8@y.example",
        }
    ]
    # The file cannot be called 2026/1, and the payer will quote just that.
    assert (second.invoice.id, second.invoice.reference) == ("2026-1", "2026/1")


def test_rows_of_one_invoice_add_up_their_payments() -> None:
    stated = "ACME,INV-1,2026-09-01,2026-10-01,1190.00,,"
    csv = f"{HEADER}{stated},2026-10-02,100,a\n{stated},2026-10-03,50,b\n"
    ((arrival,), problems) = read(csv)
    assert problems == ()
    assert [str(payment.amount) for payment in arrival.invoice.payments] == [
        "100.00",
        "50.00",
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        pytest.param(
            "ACME,INV-2,2026-13-01,2026-10-01,1190.00,,,,,",
            "a.csv:2:12: error: '2026-13-01' is not a date like %Y-%m-%d;"
            " mend it, or 'format: date' in the mapping",
            id="no date",
        ),
        pytest.param(
            "ACME,INV-2,2026-09-01,2026-10-01,1190.00,,,2026-10-13,,",
            "a.csv:2:55: error: a payment of 2026-10-13 has no amount;"
            " write the amount, or name the column under 'settled'",
            id="a payment without an amount",
        ),
        pytest.param(
            'ACME,INV-2,2026-09-01,2026-10-01,"1,190.00",,,,,',
            "a.csv:2:34: error: '1,190.00' is not an amount;"
            " write it like 1190.00, or mend 'format' in the mapping",
            id="no amount",
        ),
        pytest.param(
            ",INV-2,2026-09-01,2026-10-01,,,,,,",
            "a.csv:2:1: error: 'Customer' is empty; every invoice needs it\n"
            "a.csv:2:30: error: 'Sum' is empty; every invoice needs it",
            id="empty cells, all of them",
        ),
        pytest.param(
            "ACME,INV-2,2026-09-01,2026-10-01,5.00,,perhaps,,,",
            "a.csv:2:40: error: 'perhaps' is neither yes nor no;"
            " list it under 'means_yes' or 'means_no' in the mapping",
            id="neither yes nor no",
        ),
        pytest.param(
            "ACME,INV-2,2026-09-01,2026-10-01,5.00,,,,3.00,",
            "a.csv:2:41: error: a payment of 3.00 has no date;"
            " write the day of the payment",
            id="a payment without a date",
        ),
        pytest.param(
            "ACME,INV-2,2026-09-01",
            "a.csv:2: error: the row has 3 cells and the first row has 10;"
            " a cell with a delimiter in it stands in double quotes",
            id="a short row",
        ),
        pytest.param(
            'AC"ME,"INV"-2,2026-09-01,2026-10-01,5.00,,,,,',
            "a.csv:2: error: the row is malformed: ',' expected after '\"';"
            " write '\"\"' for a double quote",
            id="a quote astray",
        ),
        pytest.param(
            "A,inv/2,2026-09-01,2026-10-01,5.00,,,,,\n"
            "A,INV-2,2026-09-01,2026-10-01,5.00,,,,,",
            "a.csv:3:3: error: 'INV-2' would have the same file name as invoice"
            " 'inv/2'; that is line 2; rename one of them in the CSV file",
            id="two invoices of one name",
        ),
        pytest.param(
            "A,INV-2,2026-09-01,2026-10-01,5.00,,,,,\n"
            "A,INV-2,2026-09-01,2026-10-01,6.00,,Y,,,",
            "a.csv:3:3: error: total is 6.00 here and 5.00 in another row of it;"
            " that is line 2; rows of one invoice say the same\n"
            "a.csv:3:3: error: disputed is True here and False in another row of it;"
            " that is line 2; rows of one invoice say the same",
            id="two rows that disagree",
        ),
        pytest.param(
            "A,INV-2,2026-09-01,2026-10-01,5.00,,,2026-10-02,1,\n"
            "A,INV-2,2026-09-01,2026-10-01,5.00,,,2026-10-03,x,",
            "a.csv:3:49: error: 'x' is not an amount;"
            " write it like 1190.00, or mend 'format' in the mapping",
            id="a payment of an invoice cannot be read",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_rest_goes_in(
    rows: str, problem: str
) -> None:
    arrivals, problems = read(f"{HEADER}{rows}\n\n , \n{ROW}".replace(" , ", ""))
    assert said(problems) == problem
    assert [arrival.invoice.id for arrival in arrivals][-1] == "INV-1"
    refused_whole = "same file name" not in problem
    assert len(arrivals) == (1 if refused_whole else 2)


def test_the_cell_is_found_after_quotes_and_line_breaks() -> None:
    csv = f'{HEADER}"AC,\nME","INV ""2""",2026-09-01,never,5.00,,,,,\n{ROW}'
    arrivals, problems = read(csv)
    assert said(problems).startswith("a.csv:3:28: error: 'never' is not a date")
    assert [arrival.place.line for arrival in arrivals] == [4]


def test_a_quote_that_is_never_closed_is_named_where_it_opens() -> None:
    arrivals, problems = read(f'{HEADER}{ROW}ACME,"INV-2,2026-09-01\n')
    assert len(arrivals) == 1
    assert said(problems) == (
        "a.csv:3: error: a double quote that opens here is never closed; close it"
    )


def test_a_row_that_stands_twice_counts_once() -> None:
    ((arrival,), problems) = read(f"{HEADER}{ROW}{ROW}")
    assert arrival.place.line == 2
    assert said(problems) == (
        "a.csv:3: warning: the row says the same as line 2 and is left out;"
        " tell two equal payments apart by a reference"
    )


@pytest.mark.parametrize(
    ("csv", "problem"),
    [
        pytest.param(
            b"", "a.csv: error: the file is empty; its first row names the columns"
        ),
        pytest.param(
            b"Customer,N\xe4me\n",
            "a.csv:1:11: error: byte 0xe4 is not utf-8; name the file's encoding"
            " in the mapping, such as 'encoding: cp1252'",
        ),
        pytest.param(
            b"Customer;Number\n",
            "m.yaml:2:12: error: no column is called 'Customer' in the CSV file;"
            " did you mean 'Customer;Number'?",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_not_read(csv: bytes, problem: str) -> None:
    arrivals, problems = read(csv)
    assert arrivals == ()
    assert str(problems[0]) == problem


def test_windows_files_are_read() -> None:
    csv = ("\ufeff" + HEADER + ROW).replace("\n", "\r\n").encode()
    arrivals, problems = read(csv)
    assert (len(arrivals), problems) == (1, ())


def test_due_before_issued_is_due_when_issued() -> None:
    ((arrival,), problems) = read(
        f"{HEADER}ACME,INV-2,2026-09-01,2026-08-01,5.00,,,,,\n"
    )

    assert arrival.invoice.due == arrival.invoice.issued
    assert [problem.severity for problem in problems] == ["warning"]


def test_the_place_of_a_cell_costs_no_copy_of_the_file() -> None:
    table = CsvTable("t.csv", ["a,b\n"] * 100_000, ",", ("a", "b"), 1)
    tracemalloc.start()
    place = CsvRow(table, 5, {}).place("b")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert place == Place("t.csv", 5, 3)
    assert most < 100_000
