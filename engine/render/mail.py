"""A message as the bytes of an e-mail: the same bytes whenever asked."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from goodterms.model.plan import Action
from goodterms.model.settings import Settings
from goodterms.render.links import is_address
from goodterms.render.long_messages import MessageAttachment
from goodterms.render.message import RenderedMessage
from goodterms.render.placeholders import one_line

#: What may stand in a header as it is, and what needs no quotes before an address.
_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>")
_LINE = 76
_LONGEST_NAME = 60


class HeaderError(ValueError):
    """A value that cannot stand in a header; says which."""


def message_id(action: Action, settings: Settings) -> str:
    """Return the Message-ID of an action, the same on every attempt."""
    domain = settings.creditor.email.rpartition("@")[2]
    return f"<{action.id.replace('/', '.')}@{domain}>"


def eml(
    rendered: RenderedMessage,
    action: Action,
    settings: Settings,
    message_id: str,
    date: datetime,
) -> bytes:
    """Write a message as RFC 5322 bytes: text, HTML and attachments, all of it ASCII.

    Equal arguments give equal bytes. *date* knows its zone. Raises HeaderError
    where sender or reader has no plain ASCII address.
    """
    if date.tzinfo is None or not _MESSAGE_ID.fullmatch(message_id):
        raise HeaderError(f"'{message_id}' of {date} is no Message-ID with a date")
    boundary = f"=_{rendered.message_hash.rpartition(':')[2][:20]}"
    name = action.contact.name if action.contact else ""
    creditor = settings.creditor
    lines = [
        f"From: {_mailbox('From', creditor.name, creditor.email)}",
        f"To: {_mailbox('To', name, action.to or '')}",
        f"Subject: {_folded('Subject', rendered.subject)}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        f"Content-Language: {rendered.language}",
        "MIME-Version: 1.0",
        *_body(boundary, rendered),
    ]
    return "\r\n".join(lines).encode("ascii")


def _body(boundary: str, rendered: RenderedMessage) -> list[str]:
    """Write the message's content: what is attached stands beside its two forms."""
    body = [
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        *_part(boundary, "plain", rendered.text),
        *_part(boundary, "html", rendered.html),
        f"--{boundary}--",
        "",
    ]
    if not rendered.attachments:
        return body
    outer = f"{boundary}_mixed"
    return [
        f'Content-Type: multipart/mixed; boundary="{outer}"',
        "",
        f"--{outer}",
        *body,
        *(line for file in rendered.attachments for line in _file(outer, file)),
        f"--{outer}--",
        "",
    ]


def _file(boundary: str, file: MessageAttachment) -> list[str]:
    """Write an attachment; its mark of UTF-8 is for spreadsheets that guess."""
    data = f"\ufeff{file.content}".encode()
    lines = encodebytes(data).decode("ascii").splitlines()
    return [
        f"--{boundary}",
        f'Content-Type: text/csv; charset=utf-8; name="{file.name}"',
        f'Content-Disposition: attachment; filename="{file.name}"',
        "Content-Transfer-Encoding: base64",
        "",
        *lines,
    ]


def _mailbox(header: str, name: str, address: str) -> str:
    if not is_address(address):
        raise HeaderError(f"'{address}' is no plain ASCII e-mail address")
    name = one_line(name)
    if not name:
        return address
    if not _PLAIN.fullmatch(name) or "=?" in name or len(name) > _LONGEST_NAME:
        name = _encoded(header, name)
    elif not _ATOMS.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{address}>"


def _folded(header: str, text: str) -> str:
    """Break a header at its blanks; encode what is not plain or cannot be broken."""
    text = one_line(text)
    longest = max(map(len, text.split(" ")))
    if not _PLAIN.fullmatch(text) or "=?" in text or longest > _LONGEST_NAME:
        return _encoded(header, text)
    plain = Header(text, maxlinelen=_LINE, header_name=header)
    return plain.encode(linesep="\r\n")


def _encoded(header: str, text: str) -> str:
    words = Header(text, "utf-8", maxlinelen=_LINE, header_name=header)
    return words.encode(linesep="\r\n")


def _part(boundary: str, subtype: str, content: str) -> list[str]:
    body = b2a_qp(content.encode(), istext=True).decode("ascii")
    return [
        f"--{boundary}",
        f"Content-Type: text/{subtype}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        body.replace("\n", "\r\n"),
    ]
