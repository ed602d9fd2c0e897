"""An e-mail about very many invoices: sums by age, and the whole list attached."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from goodterms.model.ledger import Account
from goodterms.model.plan import Action
from goodterms.render import eml, message_id, record_text
from goodterms.render.long_messages import MOST
from tests.support.sample_messages import (
    CHARGE,
    SETTINGS,
    TODAY,
    account,
    action,
    invoice,
    worded,
)

AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


def large(count: int = 40, **changes: object) -> Account:
    """Return an account with invoices of 100.00, three days apart from today back."""
    bills = [
        invoice(f"INV-{n:02}", (TODAY - timedelta(days=3 * n)).isoformat())
        for n in range(count)
    ]
    return account(*bills, **changes)


def mail(of: Account, made: Action) -> EmailMessage:
    """Read an e-mail as a reader's program does."""
    data = eml(worded(made, of), made, SETTINGS, message_id(made, SETTINGS), AT)
    return message_from_bytes(data, policy=policy.default)


def table(of: Account, made: Action) -> list[dict[str, str]]:
    """Read the list that is attached."""
    (file,) = worded(made, of).attachments
    return list(csv.DictReader(file.content.splitlines()))


@pytest.mark.parametrize("template", ["friendly-reminder", "payment-options"])
def test_few_are_shown_one_by_one_and_nothing_is_attached(template: str) -> None:
    at = large(MOST)
    made = worded(action(template, at), at)

    assert made.attachments == ()
    assert all(f"INV-{n:02}" in made.text for n in range(MOST))
    assert [p.get_content_type() for p in mail(at, action(template, at)).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "not yet overdue 1 €1,190.00",
                "1\u201330 days 10 €11,900.00",
                "31\u201360 days 10 €11,900.00",
                "61\u201390 days 10 €11,900.00",
                "91 days and more 9 €10,710.00",
                "Total €47,600.00",
                "attached as invoices-2026-11-20.csv",
                "the invoice numbers as in the attached list",
            ],
        ),
        (
            "de",
            [
                "1\u201330 Tage 10 11.900,00 €",
                "91 Tage und mehr 9 10.710,00 €",
                "Summe 47.600,00 €",
                "Die ganze Liste hängt an: invoices-2026-11-20.csv",
                "die Rechnungsnummern wie in der angehängten Liste",
            ],
        ),
    ],
)
def test_many_are_summed_up_by_age(language: str, lines: list[str]) -> None:
    country = {"en": "IE", "de": "DE"}[language]
    at = large(language=language, country=country)
    text = " ".join(worded(action("friendly-reminder", at), at).text.split())

    for line in lines:
        assert line in text
    shown = {n for n in range(40) if f"INV-{n:02}" in text}
    assert shown == {0, 1, 2, 3, 4, 35, 36, 37, 38, 39}


def test_the_whole_list_is_attached_the_oldest_first() -> None:
    at = large()
    made = action("friendly-reminder", at)
    rows = table(at, made)

    assert [row["invoice"] for row in rows] == [
        f"INV-{n:02}" for n in range(39, -1, -1)
    ]
    assert rows[0]["due"] == "2026-07-26"
    assert rows[0]["days_overdue"] == "117"
    assert (rows[0]["currency"], rows[0]["open"]) == ("EUR", "1190.00")
    assert [p.get_content_type() for p in mail(at, made).walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    (file,) = mail(at, made).iter_attachments()
    assert file.get_filename() == "invoices-2026-11-20.csv"
    content = file.get_content().removeprefix("\ufeff").splitlines()
    assert list(csv.DictReader(content)) == rows


def test_equal_messages_have_equal_bytes_and_the_list_is_part_of_the_hash() -> None:
    at = large()
    made = action("friendly-reminder", at)
    name = message_id(made, SETTINGS)
    one, other = (eml(worded(made, at), made, SETTINGS, name, AT) for _ in range(2))
    renamed = replace(
        at,
        invoices=tuple(replace(i, purchase_order="PO-1") for i in at.invoices),
    )

    assert one == other
    assert one.isascii()
    assert max(map(len, one.split(b"\r\n"))) <= 78
    assert worded(made, at).message_hash != worded(made, renamed).message_hash


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30 1", "'+49 30 1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\uff1d1", "'\uff1d1"),
        ('a "b", c', 'a "b", c'),
        ("a\r\nb", "a b"),
        ("PO-7781", "PO-7781"),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    at = large()
    at = replace(
        at,
        invoices=tuple(
            replace(each, purchase_order=text, reference=text) for each in at.invoices
        ),
    )

    row = table(at, action("friendly-reminder", at))[0]

    assert (row["purchase_order"], row["reference"]) == (cell, cell)


def test_the_list_has_the_numbers_that_the_message_asks_to_quote() -> None:
    at = large()
    bills = (replace(at.invoices[0], number="=1/26"), *at.invoices[1:-1])
    at = replace(at, invoices=(*bills, replace(at.invoices[-1], number="2026/39")))
    made = action("friendly-reminder", at)
    rows = table(at, made)

    assert "2026/39" in worded(made, at).text
    assert (rows[0]["invoice"], rows[-1]["invoice"]) == ("2026/39", "'=1/26")


def test_charges_stand_in_the_list_and_in_one_line_of_the_message() -> None:
    at = large()
    claims = tuple(replace(CHARGE, invoice=i.id) for i in at.invoices[:30])
    made = action("formal-letter", at, charges=claims)

    assert table(at, made)[-1]["interest"] == "16.99"
    assert "1.709,70" in worded(made, at).text


def test_a_letter_has_no_attachment_and_shows_every_row() -> None:
    at = large()
    made = worded(action("formal-letter", at, channel="letter"), at)

    assert made.attachments == ()
    assert all(f"INV-{n:02}" in made.text for n in range(40))


def test_what_is_kept_of_a_message_holds_the_list() -> None:
    at = large()
    made = action("friendly-reminder", at)

    kept = record_text(worded(made, at), made)

    assert "Attached: invoices-2026-11-20.csv\n" in kept
    assert "\nINV-39,2026-06-26,2026-07-26,117,EUR,1190.00,1190.00,,,,\n" in kept
    assert "\r" not in kept
