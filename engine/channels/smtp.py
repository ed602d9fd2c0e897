"""E-mail by SMTP: one message a connection, and always known how far it came.

smtplib raises the same error before and after a server has taken a message. So
the steps of the protocol are taken one by one: before the line that ends the
message nothing can have left, and after it only an answer tells.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from goodterms.channels.delivery import Delivery, DeliveryResult
from goodterms.model.mailbox import mailbox
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

HOST, PORT = "GOODTERMS_SMTP_HOST", "GOODTERMS_SMTP_PORT"
USER, PASSWORD = "GOODTERMS_SMTP_USER", "GOODTERMS_SMTP_PASSWORD"

#: The port of submission, which starts in plain text and goes over to TLS, and the
#: one that speaks TLS from the first byte (RFC 8314).
SUBMISSION, SUBMISSIONS = 587, 465

#: Nothing leaves this machine on the way to these, so they may be without TLS.
_HERE = ("localhost", "127.0.0.1", "::1")

_SECONDS = 30.0
_TOTAL = 180.0
_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
_LONGEST_ANSWER = 300


#: Said of a message whose claim another run may have taken over by now.
LEASE_OVER = "its claim is too old by now; nothing left"


class _SmtpRefusedError(Exception):
    """It is not to be, and nothing has left; in words."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in, and as whom; without *user*, as nobody.

    ``seconds`` is how long one answer may take to begin, ``total`` how long a
    message may take in all.
    """

    host: str
    port: int = SUBMISSION
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = _SECONDS
    total: float = _TOTAL


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """A mail server that takes each message for one reader.

    It may deliver twice what is handed in twice: so a claim without an outcome
    is in doubt, and a person settles it.
    """

    server: SmtpServer
    sender: str
    name: str = "smtp"
    deduplicates: bool = False

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Hand it in. Until its last line nothing has left: that is ``failed``.

        After it, an answer of the 200s is ``sent`` and one of the 400s or 500s
        ``failed`` (RFC 5321, 4.2.1); any other, and none, says neither: ``in-doubt``.
        """
        ended = False
        try:
            to = mailbox(delivery.to)
            with _session(self.server) as session:
                _expect(session.mail(mailbox(self.sender)), 250)
                _expect(session.rcpt(to), 250, 251, part=delivery.to)
                _expect(session.docmd("DATA"), 354)
                session.send(_LINE_WITH_DOT.sub(b"..", delivery.parts[".eml"]))
                _still_ours(delivery)
                ended = True
                session.send(b".\r\n")
                return _at_the_end(*session.getreply())
        except _SmtpRefusedError as no:
            return DeliveryResult("failed", str(no))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            why = f"{self.server.host}: {_words(error)}"
            if ended:
                return DeliveryResult(
                    "in-doubt", f"the message was handed in, and then {why}"
                )
            return DeliveryResult("failed", why)

    def probe(self) -> None:
        """Sign in, and send nothing. Raises RefusalError with what the server says."""
        try:
            with _session(self.server) as session:
                _expect(session.noop(), 250)
        except (_SmtpRefusedError, OSError, smtplib.SMTPException) as error:
            raise RefusalError(f"{self.server.host}: {_words(error)}") from None


def open_channel(
    settings: Settings, _root: Path, env: Mapping[str, str]
) -> SmtpChannel:
    """Read where mail is handed in. RefusalError says what is missing."""
    host, port = env.get(HOST, ""), env.get(PORT) or str(SUBMISSION)
    user, password = env.get(USER, ""), env.get(PASSWORD, "")
    if not host:
        raise RefusalError(
            f"'email: smtp' needs {HOST}, which is not set",
            "in a workflow: a secret, and env: in the step",
        )
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise RefusalError(f"{PORT} is '{port}', which is no port", "such as 587")
    if bool(user) != bool(password):
        missing = PASSWORD if user else USER
        raise RefusalError(f"'email: smtp' needs {missing} as well", "set both of them")
    server = SmtpServer(host, int(port), user, password)
    return SmtpChannel(server, settings.creditor.email)


def _at_the_end(code: int, reply: bytes) -> DeliveryResult:
    """Judge the answer to the line that ends a message."""
    if code // 100 == 2:  # noqa: PLR2004 - the first digit is the meaning
        return DeliveryResult("sent")
    if code // 100 in (4, 5):
        return DeliveryResult(
            "failed", f"the mail server refused it: {_line(code, reply)}"
        )
    answer = f"the server said {_line(code, reply)}" if code > 0 else "no answer came"
    return DeliveryResult("in-doubt", f"the message was handed in, and {answer}")


@contextmanager
def _session(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """Connect, go over to TLS, sign in; and leave politely, if that works."""
    session = _connected(server)
    try:
        session.ehlo_or_helo_if_needed()
        if server.port != SUBMISSIONS and server.host not in _HERE:
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
        if server.user:
            session.login(server.user, server.password)
        yield session
        _leave(session)
    finally:
        session.close()


class _Limited(smtplib.SMTP):
    """A connection that ends after a while, whatever it waits for then.

    The time-out of a socket counts from byte to byte: a server that sends one now
    and then would keep a run for ever.
    """

    def __init__(self, server: SmtpServer) -> None:
        self._open, watched = socket.socketpair()
        watched.settimeout(server.total)
        threading.Thread(target=self._watch, args=(watched,), daemon=True).start()
        try:
            super().__init__(server.host, server.port, timeout=server.seconds)
        except BaseException:
            self.close()
            raise

    def _watch(self, watched: socket.socket) -> None:
        """Wait until the connection is closed; cut it when that takes too long."""
        with watched:
            try:
                watched.recv(1)
            except TimeoutError:
                self._cut()

    def _cut(self) -> None:
        connection = self.sock
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection, and the wait for its limit."""
        self._open.close()
        super().close()


class _LimitedSsl(_Limited, smtplib.SMTP_SSL):
    """The same, in TLS from the first byte."""


def _connected(server: SmtpServer) -> smtplib.SMTP:
    return (_LimitedSsl if server.port == SUBMISSIONS else _Limited)(server)


def _leave(session: smtplib.SMTP) -> None:
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        return  # what was said before counts


def _still_ours(delivery: Delivery) -> None:
    if not delivery.holds():
        raise _SmtpRefusedError(LEASE_OVER)


def _expect(reply: tuple[int, bytes], *codes: int, part: str = "it") -> None:
    code, answer = reply
    if code not in codes:
        raise _SmtpRefusedError(
            f"the mail server refused {part}: {_line(code, answer)}"
        )


def _line(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"[:_LONGEST_ANSWER]


def _words(error: Exception) -> str:
    """Say what went wrong, in the server's words where it has some."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return " ".join(str(error).split())[:_LONGEST_ANSWER] or type(error).__name__
