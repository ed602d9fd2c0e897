"""A message as bytes on the wire."""

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.model.ledger import Contact
from goodterms.model.plan import Action
from goodterms.model.settings import Settings
from goodterms.render import HeaderError, RenderedMessage, eml, message_id
from tests.render.test_markup import HOSTILE_TEXT
from tests.support.sample_messages import (
    LINDEN,
    SETTINGS,
    account,
    action,
    rendered,
    template,
)

ACME = account()
SEND = action("note", ACME)
HELLO = rendered(template("# Hello\n\nGrüße von {{ creditor.name }}, 5 €."), ACME)
AT = datetime(2026, 11, 20, 8, 15, tzinfo=timezone(timedelta(hours=1)))
ID = "<acme-gmbh.2026-11-20-note@linden.example>"


def sent(message: RenderedMessage = HELLO, to: Action = SEND) -> EmailMessage:
    """Write a message and read it as a mail program would."""
    data = eml(message, to, SETTINGS, message_id(to, SETTINGS), AT)
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read.defects == []
    return read


def test_headers() -> None:
    assert dict(sent().items()) == {
        "From": "Linden & Partner GmbH <accounts@linden.example>",
        "To": "Petra Vogel <ap@acme.example>",
        "Subject": "A subject",
        "Date": "Fri, 20 Nov 2026 08:15:00 +0100",
        "Message-ID": ID,
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": sent()["Content-Type"],
    }


def test_a_reader_gets_text_or_html_and_both_are_whole() -> None:
    parts = list(sent().iter_parts())

    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    contents = [part.get_content().replace("\r\n", "\n") for part in parts]
    assert contents == [HELLO.text, HELLO.html]
    assert sent().get_content_type() == "multipart/alternative"


def test_the_bytes_are_ascii_in_short_lines() -> None:
    data = eml(HELLO, SEND, SETTINGS, ID, AT)

    assert data.isascii()
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_equal_messages_are_equal_bytes() -> None:
    again = rendered(template("# Hello\n\nGrüße von {{ creditor.name }}, 5 €."), ACME)

    assert eml(again, SEND, SETTINGS, ID, AT) == eml(HELLO, SEND, SETTINGS, ID, AT)


def test_a_message_id_is_that_of_the_action() -> None:
    assert message_id(SEND, SETTINGS) == ID


@given(HOSTILE_TEXT | st.text('aäß€ =?"\\@<>.,;:()[]\r\n\t', max_size=90))
def test_names_and_subjects_arrive_and_add_no_header(data: str) -> None:
    message = rendered(
        template("Hello", "About {{ account.notes or 1 }}"), account(notes=data)
    )
    to = action("note", ACME, contact=Contact(data))

    read = sent(message, to)

    assert set(read.keys()) == set(sent().keys())
    assert read["Subject"].rstrip() == message.subject
    assert [each.addr_spec for each in read["To"].addresses] == ["ap@acme.example"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Petra Vogel", "Petra Vogel <ap@acme.example>"),
        ("Vogel, P.", '"Vogel, P." <ap@acme.example>'),
        ('P "V" \\', '"P \\"V\\" \\\\" <ap@acme.example>'),
        ("", "ap@acme.example"),
        ("Jürgen", "=?utf-8?q?J=C3=BCrgen?= <ap@acme.example>"),
        ("a\r\nBcc: b", '"a Bcc: b" <ap@acme.example>'),
    ],
)
def test_how_a_name_is_written(name: str, header: str) -> None:
    to = action("note", ACME, contact=Contact(name))
    lines = eml(HELLO, to, SETTINGS, ID, AT).decode().split("\r\n")

    assert lines[1] == f"To: {header}"


def test_a_message_without_a_contact_goes_to_its_address() -> None:
    assert sent(to=action("note", ACME, contact=None))["To"] == "ap@acme.example"


@pytest.mark.parametrize(
    "subject",
    ["word " * 40, "x" * 300, "Grüße " * 30, "=?utf-8?q?x?="],
    ids=["long", "one long word", "long and not ASCII", "looks encoded"],
)
def test_a_subject_is_folded_and_arrives(subject: str) -> None:
    message = rendered(template("Hello", subject.strip()), ACME)
    data = eml(message, SEND, SETTINGS, ID, AT)

    assert sent(message)["Subject"] == subject.strip()
    assert max(map(len, data.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "address",
    ["müller@acme.example", "ap@exämple.org", "a@b.example, c@d.example", "ap", ""],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(HeaderError, match="is no plain ASCII e-mail address"):
        eml(HELLO, action("note", ACME, to=address), SETTINGS, ID, AT)

    sender = Settings(type(LINDEN)("L", "DE", "Europe/Berlin", address))
    with pytest.raises(HeaderError, match="is no plain ASCII e-mail address"):
        eml(HELLO, SEND, sender, ID, AT)


@pytest.mark.parametrize(
    ("id_", "at"),
    [
        ("<a@b.example>\r\nBcc: x@evil.example", AT),
        ("a@b.example", AT),
        (ID, datetime(2026, 11, 20, 8, 15)),  # noqa: DTZ001 - that is the mistake
    ],
)
def test_no_message_id_or_no_zone(id_: str, at: datetime) -> None:
    with pytest.raises(HeaderError, match="is no Message-ID with a date"):
        eml(HELLO, SEND, SETTINGS, id_, at)


def test_a_date_in_utc() -> None:
    data = eml(HELLO, SEND, SETTINGS, ID, AT.astimezone(UTC))

    assert b"Date: Fri, 20 Nov 2026 07:15:00 +0000\r\n" in data
