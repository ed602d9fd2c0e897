"""E-mail by SMTP, to a real server; and to one that goes away at the worst moments."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.channels import Delivery, SmtpChannel, open_channels, smtp
from goodterms.channels.smtp import SmtpServer, open_channel
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Creditor, Settings
from goodterms.run.request import tools
from tests.support.eventful_ledger import eventful, journal, outbox
from tests.support.git_repos import commit
from tests.support.mail_server import Inbox, serving
from tests.support.run_helpers import go

FROM, TO = "accounts@linden.example", "ap@alpha.example"
EML = b"Subject: Reminder\r\n\r\n.one\r\n..two\r\nthree\r\n"
MAIL = Delivery("alpha", "2026-10-08-reminder", "email", TO, {".eml": EML})
SETTINGS = Settings(Creditor("Linden", "DE", "Europe/Berlin", FROM))


def to(
    port: int, host: str = "127.0.0.1", user: str = "", password: str = ""
) -> SmtpChannel:
    return SmtpChannel(SmtpServer(host, port, user, password, seconds=10), FROM)


def test_a_message_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        assert to(port).deliver(MAIL).state == "sent"
    (taken,) = inbox.taken
    assert (taken.mail_from, taken.rcpt_tos, taken.content) == (FROM, [TO], EML)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"rcpt": "550 no such user"}, f"refused {TO}: 550 no such user"),
        ({"rcpt": "450 try again later"}, f"refused {TO}: 450 try again later"),
        ({"data": "451 greylisted"}, "refused it: 451 greylisted"),
        ({"data": "554 that is spam"}, "refused it: 554 that is spam"),
    ],
)
def test_what_is_refused_has_not_left(answers: dict[str, str], told: str) -> None:
    inbox = Inbox(**answers)
    with serving(inbox) as port:
        handed = to(port).deliver(MAIL)
    assert (handed.state, handed.error) == ("failed", f"the mail server {told}")
    assert inbox.taken == []


@contextmanager
def going_away(last: bytes) -> Iterator[int]:
    """Serve one connection, which is dropped at this line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 hello\r\n")
            lines.flush()
            for line in lines:
                asked = line.upper()
                if asked == last:
                    return
                reply = b"354 go on\r\n" if asked == b"DATA\r\n" else b"250 OK\r\n"
                if asked[:4] in (b"EHLO", b"MAIL", b"RCPT", b"DATA"):
                    lines.write(reply)
                    lines.flush()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        thread.join(10)
        listener.close()


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (f"RCPT TO:<{TO}>\r\n".upper().encode(), "failed"),
        (b"DATA\r\n", "failed"),
        (b"THREE\r\n", "failed or in-doubt"),
        (b".\r\n", "in-doubt"),
    ],
)
def test_who_goes_away_before_the_end_took_nothing(last: bytes, state: str) -> None:
    with going_away(last) as port:
        handed = to(port).deliver(MAIL)
    assert handed.state in state
    assert "unexpectedly closed" in str(handed.error)


def test_nobody_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    handed = to(port).deliver(MAIL)
    assert handed.state == "failed"
    assert "Connection refused" in str(handed.error)


# ------------------------------------------------------------- TLS and signing in


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return a certificate for 'mail.example', which this test trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    found = socket.getaddrinfo("127.0.0.1", None)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, *_a, **_k: with_port(found, port)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("mail.example").configure_cert(context)
    return context


def with_port(found: list[Any], port: int) -> list[Any]:
    return [(*each[:4], (each[4][0], port)) for each in found]


def test_elsewhere_nothing_is_said_before_tls(tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    how = {"tls_context": tls, "require_starttls": True}
    with serving(inbox, {**how, "authenticator": inbox.sign_in}) as port:
        mail = to(port, "mail.example", "linden", "s3cret")
        assert mail.deliver(MAIL).state == "sent"
        mail.probe()
    assert len(inbox.taken) == 1
    assert inbox.users == ["linden", "linden"]


def test_without_tls_nothing_is_said(tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    assert tls
    with serving(inbox) as port:
        handed = to(port, "mail.example").deliver(MAIL)
    assert handed.state == "failed"
    assert "STARTTLS" in str(handed.error)


def test_a_wrong_name_is_not_believed(tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    with serving(inbox, {"tls_context": tls}) as port:
        handed = to(port, "other.example").deliver(MAIL)
    assert handed.state == "failed"
    assert "other.example" in str(handed.error)


def test_tls_from_the_first_byte(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with serving(inbox, {"ssl_context": tls}) as port:
        monkeypatch.setattr(smtp, "SUBMISSIONS", port)
        assert to(port, "mail.example").deliver(MAIL).state == "sent"


def test_a_wrong_password_is_told_and_not_shown(tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    how = {"tls_context": tls, "auth_required": True}
    with serving(inbox, {**how, "authenticator": inbox.sign_in}) as port:
        mail = to(port, "mail.example", "linden", "pass-of-linden")
        handed = mail.deliver(MAIL)
        with pytest.raises(RefusalError, match=r"mail.example: 535 "):
            mail.probe()
    assert handed.state == "failed"
    assert "535" in str(handed.error)
    assert "pass-of-linden" not in f"{handed.error}{mail}"


# ------------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, "'email: smtp' needs GOODTERMS_SMTP_HOST, which is not set"),
        ({smtp.HOST: "m", smtp.PORT: "smtp"}, "is 'smtp', which is no port"),
        ({smtp.HOST: "m", smtp.PORT: "0"}, "is '0', which is no port"),
        ({smtp.HOST: "m", smtp.USER: "u"}, "needs GOODTERMS_SMTP_PASSWORD as well"),
        ({smtp.HOST: "m", smtp.PASSWORD: "p"}, "needs GOODTERMS_SMTP_USER as well"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], told: str) -> None:
    with pytest.raises(RefusalError, match=told):
        open_channel(SETTINGS, Path(), env)


def test_a_port_that_is_not_set_is_that_of_submission() -> None:
    env = {smtp.HOST: "mail.example", smtp.PORT: ""}
    assert open_channel(SETTINGS, Path(), env) == SmtpChannel(
        SmtpServer("mail.example", 587), FROM
    )


def test_only_email_goes_by_mail(tmp_path: Path) -> None:
    settings = Settings(SETTINGS.creditor, channels={"letter": "smtp"})
    with pytest.raises(RefusalError, match="'smtp' sends e-mails only"):
        open_channels(settings, tmp_path)


# --------------------------------------------------------------------- a whole run


def mailing(root: Path) -> None:
    text = (root / "goodterms.yaml").read_text()
    commit(root, {"goodterms.yaml": text + "channels: {email: smtp}\n"})


def test_a_run_sends_what_it_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = eventful(tmp_path)
    mailing(root)
    inbox = Inbox()
    with serving(inbox) as port:
        monkeypatch.setenv(smtp.HOST, "127.0.0.1")
        monkeypatch.setenv(smtp.PORT, str(port))
        assert go(root, tools()).codes == []
        assert go(root, tools(), id="run-0002").figures == {}
    (taken,) = [each for each in inbox.taken if each.rcpt_tos == [TO]]
    assert isinstance(taken.content, bytes)
    mail = message_from_bytes(taken.content, policy=default)
    assert mail["Message-ID"].startswith("<alpha.2026-10-08-reminder@")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "state: sent" in journal(root, "alpha")
    assert not [name for name in outbox(root) if name.endswith(".eml")]


def test_what_is_lost_on_the_way_waits_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = eventful(tmp_path)
    mailing(root)
    monkeypatch.setenv(smtp.HOST, "127.0.0.1")
    with going_away(b".\r\n") as port:
        monkeypatch.setenv(smtp.PORT, str(port))
        result = go(root, tools())
    assert 5 in result.codes
    assert "state: in-doubt" in journal(root, "alpha")
    inbox = Inbox()
    with serving(inbox) as port:
        monkeypatch.setenv(smtp.PORT, str(port))
        go(root, tools(), id="run-0002")
    assert [TO] not in [each.rcpt_tos for each in inbox.taken]


# ------------------------------------------------------- the answer to the last line


@contextmanager
def saying(last: bytes, pause: float = 0.0) -> Iterator[int]:
    """Serve one message, and answer its last line so, byte by byte after a pause."""
    server = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 ready\r\n")
            in_data = False
            for line in lines:
                if in_data and line != b".\r\n":
                    continue
                if in_data:
                    with suppress(OSError):
                        for n in range(len(last)):
                            time.sleep(pause)
                            connection.sendall(last[n : n + 1])
                    return
                in_data = line.upper().startswith(b"DATA")
                connection.sendall(b"354 go on\r\n" if in_data else b"250 ok\r\n")

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.close()
        thread.join(10)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        *((f"{code} so\r\n".encode(), "sent") for code in (200, 250, 251, 252, 299)),
        *((f"{code} so\r\n".encode(), "failed") for code in (400, 421, 451, 554, 599)),
        *(
            (f"{code} so\r\n".encode(), "in-doubt")
            for code in (100, 199, 354, 300, 999)
        ),
        (b"\r\n250 ok\r\n", "in-doubt"),
        (b"ok\r\n", "in-doubt"),
        (b"354 go on\r\n250 ok\r\n", "in-doubt"),
        (b"250-one\r\n250 two\r\n", "sent"),
        (b"", "in-doubt"),
        (b"25", "in-doubt"),
        (b"\xff\xfe\r\n", "in-doubt"),
    ],
)
def test_only_an_answer_says_what_became_of_it(last: bytes, state: str) -> None:
    with saying(last) as port:
        assert to(port).deliver(MAIL).state == state


@given(st.binary(max_size=40))
@settings(max_examples=30, deadline=None)
def test_no_garbage_is_taken_for_a_yes_or_a_no(last: bytes) -> None:
    """A digit that means yes or no, and a whole code; anything else says neither."""
    with saying(last) as port:
        state = to(port).deliver(MAIL).state
    first = last.split(b"\n", 1)[0]
    if state == "sent":
        assert first[:1] == b"2"
    if state == "failed":
        assert first[:1] in (b"4", b"5")


def test_a_server_that_trickles_does_not_hold_a_run_for_ever() -> None:
    with saying(b"x" * 100, pause=0.2) as port:
        server = SmtpServer("127.0.0.1", port, seconds=10, total=1.0)
        began = time.monotonic()
        handed = SmtpChannel(server, FROM).deliver(MAIL)

    assert handed.state == "in-doubt"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("address", "state", "reader"),
    [
        ("ap@b\u00fccher.example", "sent", "ap@xn--bcher-kva.example"),
        ("\u00e4p@alpha.example", "failed", None),
        ("ap@a..example", "failed", None),
    ],
)
def test_an_address_is_written_as_smtp_carries_it(
    address: str, state: str, reader: str | None
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        handed = to(port).deliver(replace(MAIL, to=address))
    assert handed.state == state
    assert [taken.rcpt_tos for taken in inbox.taken] == ([[reader]] if reader else [])


def test_nothing_leaves_once_its_claim_may_be_another_s() -> None:
    """The machine slept before the last line: another run has it by now."""
    inbox = Inbox()
    with serving(inbox) as port:
        handed = to(port).deliver(replace(MAIL, holds=lambda: False))
    assert (handed.state, handed.error) == ("failed", smtp.LEASE_OVER)
    assert inbox.taken == []


def test_no_wait_is_left_behind_where_nobody_listens() -> None:
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    assert to(port).deliver(MAIL).state == "failed"
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before
