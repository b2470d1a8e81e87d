"""A stand-in for the files of ERPNext that answers as a test says, hostile answers included."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from apps.sync.erpnext.address import Address

TOKEN: Final = "token key:secret"
Writes = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(self.status)
        for name, value in ({"Content-Length": str(len(self.content))} | self.headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.content)


@dataclass(frozen=True)
class Asked:
    """What came in."""

    path: str
    token: str
    known: str = ""


@dataclass
class Shelf:
    """A host with files: by path what it answers, and all that it was asked."""

    address: Address
    files: dict[str, Writes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    first: Writes | None = None  # before each answer

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@contextmanager
def shelf() -> Iterator[Shelf]:
    """A host on a free port of this machine."""
    there = Shelf(Address("", "key", "secret", "files.example"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            given = self.headers
            there.asked.append(Asked(path, given.get("Authorization", ""), given.get("If-None-Match", "")))
            if there.first:
                there.first(self)
            there.files.get(path, Reply(b"<html>nothing</html>", 404))(self)

        def log_message(self, *_: Any) -> None: ...

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None: ...

    server = Quiet(("127.0.0.1", 0), Handler)
    there.address = Address(f"http://127.0.0.1:{server.server_address[1]}", "key", "secret", "files.example")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A body that never ends, and does not say how long it is."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"\xff\xd8\xff" + b"x" * 65536)


def trickling(handler: BaseHTTPRequestHandler) -> None:
    """A body that comes a byte at a time: each in time, the whole never."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def still(handler: BaseHTTPRequestHandler) -> None:
    """A head, and then nothing."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    time.sleep(5)


def cut(content: bytes) -> Writes:
    """Half of what was promised."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True

    return write
