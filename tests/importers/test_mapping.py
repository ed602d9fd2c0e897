"""The mapping of a CSV import: what it may say, and where it is wrong."""

from datetime import date

import pytest

from goodterms.importers.cells import AmountStyle
from goodterms.importers.csv.mapping import (
    PaymentColumns,
    column_problems,
    load_mapping,
)

COLUMNS = (
    "columns: {account: Customer, invoice: No, issued: Date, due: Due, total: Sum}\n"
)
FULL = """\
columns:
  account: Customer
  invoice: 1
  issued: Date
  due: Due
  total: Sum
  disputed: Contested
payments:
  - {on: Paid on, amount: Paid, reference: Bank}
format:
  date: "%d.%m.%Y"
  decimal: ","
  thousands: "."
  delimiter: ";"
  encoding: cp1252
  means_yes: [Ja]
  means_no: [Nein]
currency: EUR
countries: {"276": DE}
account: {segment: key, owner: omar, channels: [email]}
contact: {role: accounts-payable, email: "ap+{account}@example.com"}
by: dana
review: 14d
source: {name: erp, until: 2026-11-19}
"""


def test_a_mapping_is_read() -> None:
    mapping, problems = load_mapping(FULL.encode(), "m.yaml", {"dana", "omar"})
    assert problems == ()
    assert mapping is not None
    assert mapping.columns["invoice"] == "1"
    assert mapping.payments == (PaymentColumns("Paid on", "Paid", "Bank"),)
    assert mapping.style.amount == AmountStyle(",", ".")
    assert (mapping.style.yes, mapping.style.no) == (
        frozenset({"ja"}),
        frozenset({"nein"}),
    )
    assert mapping.account["owner"] == "omar"
    assert (mapping.by, mapping.review) == ("dana", 14)
    assert (mapping.source, mapping.source_kind) == ("erp", "payments")
    assert mapping.until == date(2026, 11, 19)


def test_what_a_mapping_leaves_out_has_a_default() -> None:
    mapping, _ = load_mapping(f"{COLUMNS}currency: EUR\n".encode(), "m.yaml", ())
    assert mapping is not None
    assert (mapping.style.date, mapping.style.delimiter) == ("%Y-%m-%d", ",")
    assert mapping.style.yes >= {"yes", "true"}
    assert (mapping.source, mapping.until, mapping.review) == (None, None, 30)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "columns: {account: C, invoice: N, issued: D, due: E}\ncurrency: EUR\n",
            "m.yaml:1:10: error: missing key 'total'",
            id="a column is missing",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\nreveiw: 30d\n",
            "m.yaml:3:1: error: unknown key 'reveiw'; did you mean 'review'?",
            id="unknown key",
        ),
        pytest.param(
            COLUMNS,
            "m.yaml:1:1: error: nothing says the currency;"
            " add 'currency: EUR', or a column 'currency'",
            id="no currency",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\nformat: {date: '%d.%m.'}\n",
            "m.yaml:3:16: error: '%d.%m.' does not hold a day, a month and a year;"
            " write it like %d.%m.%Y",
            id="half a date",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\nformat: {encoding: hex}\n",
            "m.yaml:3:20: error: 'hex' is no encoding of text;"
            " most files are utf-8 or cp1252",
            id="no encoding",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\nformat: {thousands: .}\n",
            "m.yaml:3:21: error: '.' also stands before the cents;"
            " name another 'decimal', or delete 'thousands'",
            id="one mark for two",
        ),
        pytest.param(
            COLUMNS.replace("Sum}", "Sum, disputed: D}") + "currency: EUR\n",
            "m.yaml:1:89: error: a dispute is a record, and nobody signs it;"
            " add 'by' with a key of people in goodterms.yaml",
            id="a dispute without an author",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\nby: anna\n",
            "m.yaml:3:5: error: 'anna' is none of the people in goodterms.yaml;"
            " add them there, or name another",
            id="unknown author",
        ),
        pytest.param(
            COLUMNS + "currency: EUR\naccount: {owner: anna}\n",
            "m.yaml:3:18: error: 'anna' is none of the people in goodterms.yaml;"
            " add them there, or name another",
            id="unknown owner",
        ),
        pytest.param(
            COLUMNS + 'currency: EUR\ncontact: {email: "{account}"}\n',
            "m.yaml:3:18: error: '{account}' makes no e-mail addresses;"
            " write it like ap+{account}@example.com",
            id="no address",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    mapping, problems = load_mapping(text.encode(), "m.yaml", {"dana"})
    assert mapping is None
    assert [str(each) for each in problems] == [problem]


def test_all_columns_that_the_file_does_not_have_are_named() -> None:
    header = ("Customer", "No", "Date", "Dew", "Sum", "Sum")
    text = COLUMNS + "currency: EUR\npayments: [{on: Paid on, amount: Paid}]\n"
    problems = column_problems(text.encode(), "m", header)
    assert "\n".join(map(str, problems)) == (
        "m:1:62: error: no column is called 'Due' in the CSV file;"
        " did you mean 'Dew'?\n"
        "m:1:74: error: two columns are called 'Sum' in the CSV file;"
        " rename one of them there\n"
        "m:3:17: error: no column is called 'Paid on' in the CSV file;"
        " known are 'Customer', 'Date', 'Dew', 'No', 'Sum'\n"
        "m:3:34: error: no column is called 'Paid' in the CSV file;"
        " known are 'Customer', 'Date', 'Dew', 'No', 'Sum'"
    )
