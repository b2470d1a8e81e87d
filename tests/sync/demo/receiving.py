"""A server that webhooks are delivered to: it keeps what came and answers as it is told."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PATIENCE = 10.0


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """Listens on this machine; ``statuses`` are answered in turn, and 200 when they have run out."""

    statuses: list[int] = field(default_factory=list)
    got: list[Received] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None  # done before a request is answered
    redirects_to: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def wait_for(self, number: int) -> list[Received]:
        """The first so many requests, as soon as they are here."""
        wait_until(lambda: len(self.got) >= number)
        return self.got[:number]


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.receiver.got.append(Received(self.command, self.path, dict(self.headers.items()), body))
        status = self.receiver.statuses.pop(0) if self.receiver.statuses else 200
        self.receiver.meanwhile()
        self.send_response(status)
        if self.receiver.redirects_to:
            self.send_header("Location", self.receiver.redirects_to)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"heard")

    do_PUT = do_POST  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Quiet."""


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another thread brings about."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.005)
