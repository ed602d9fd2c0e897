"""A mail server that runs while a test looks at it."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PLAIN: Mapping[str, object] = {}


class Inbox:
    """What a server took, and how it answers."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []
        self.users: list[str] = []

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a reader, or refuse."""
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or refuse."""
        if "data" not in self.answers:
            self.taken.append(envelope)
        return self.answers.get("data", "250 taken")

    def sign_in(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        told: LoginPassword,
    ) -> AuthResult:
        """Let in whoever knows the password."""
        self.users.append(told.login.decode())
        known = told.password == b"s3cret"
        return AuthResult(success=known, handled=known)


@contextmanager
def serving(inbox: Inbox, how: Mapping[str, object] = PLAIN) -> Iterator[int]:
    """Run a server; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        **how,  # type: ignore[arg-type]
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
