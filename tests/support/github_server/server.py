"""The HTTP server on this machine: git, the API in two places, and the side door."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

from tests.support.github_server.control_api import DOOR, open_door
from tests.support.github_server.http_messages import JSON_TYPE, Reply, Request
from tests.support.github_server.request_handler import Desk

ENTERPRISE = "/api/v3"
_GRAPHQL = "/api/graphql"
_POLL = 0.01


class Server(ThreadingHTTPServer):
    """Serves one desk until it is stopped; waits in a slow answer end at once then."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, desk: Desk, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.desk = desk
        self.stopping = Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without asking the name service who this machine is."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def start(self) -> None:
        """Serve in the background."""
        Thread(target=self.serve_forever, args=(_POLL,), daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Count a crash of ours as a broken contract; a caller that left is none."""
        if isinstance(sys.exception(), ConnectionError):
            return
        super().handle_error(request, client_address)  # type: ignore[arg-type]
        self.desk.violations.append("the test server itself failed; see its traceback")


class Handler(BaseHTTPRequestHandler):
    """Reads one request, hands it to the desk and writes the reply."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def _answer(self) -> None:
        request = self._request()
        if request.path.startswith(DOOR):
            self._write(open_door(self.server.desk, request))
            return
        reply, wait = self.server.desk.handle(request)
        if wait:
            self.server.stopping.wait(wait)
        if reply is None:
            self.close_connection = True
            return
        self._write(reply)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - http.server's names

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        path, web = parts.path, f"http://{self.headers.get('host', '')}"
        base = ""
        if path == _GRAPHQL:
            path = "/graphql"
        elif path.startswith(f"{ENTERPRISE}/"):
            path, base = path.removeprefix(ENTERPRISE), ENTERPRISE
        return Request(
            method=self.command,
            path=path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
            api=f"{web}{base}",
            web=web,
        )

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _write(self, reply: Reply) -> None:
        content = reply.content()
        self.send_response(reply.status)
        headers = {"content-type": JSON_TYPE, **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if reply.status not in (204, 304):
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Date replies by the server's clock, not the machine's."""
        now = self.server.desk.world.clock.epoch()
        return super().date_time_string(now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing; the desk keeps the log."""
