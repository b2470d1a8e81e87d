"""A small object store over HTTP, as far as the library needs one: put, get, head, delete, list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Store:
    """What is kept, by bucket and key; and whether the store is well."""

    url: str = ""
    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: int = 0  # the status that it answers with instead
    unsigned: int = 0


@contextmanager
def object_store() -> Iterator[Store]:
    """A store of its own for the block, on a port of its own."""
    store = Store()

    class Handler(_Handler):
        kept = store

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    kept: Store
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._is_well(signed=True):
            kept = ("Content-Type", "Cache-Control")
            told = {name: self.headers[name] for name in kept if name in self.headers}
            told["Last-Modified"] = format_datetime(datetime.now(UTC), usegmt=True)
            self.kept.objects[self._key] = (content, told)
            self._answer(200, b"", {"ETag": f'"{md5(content, usedforsecurity=False).hexdigest()}"'})

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if not self._is_well(signed="list-type" in query or "prefix" in query):
            return
        if "prefix" in query or "list-type" in query:
            self._list(query.get("prefix", [""])[0])
        else:
            self._read(with_body=True)

    def do_HEAD(self) -> None:
        if self._is_well(signed=False):
            self._read(with_body=False)

    def do_DELETE(self) -> None:
        if self._is_well(signed=True):
            self.kept.objects.pop(self._key, None)
            self._answer(204, b"", {})

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _is_well(self, *, signed: bool) -> bool:
        self.kept.asked.append((self.command, self._key))
        if signed and "AWS4-HMAC-SHA256" not in self.headers.get("Authorization", ""):
            self.kept.unsigned += 1
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>", {})
            return False
        if self.kept.broken:
            self._answer(self.kept.broken, b"<Error><Code>SlowDown</Code></Error>", {})
        return not self.kept.broken

    def _read(self, *, with_body: bool) -> None:
        if self._key not in self.kept.objects:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>" if with_body else b"", {})
            return
        content, told = self.kept.objects[self._key]
        self._answer(200, content, told, with_body=with_body)

    def _list(self, prefix: str) -> None:
        bucket = self._key.strip("/")
        keys = [key.removeprefix(f"{bucket}/") for key in sorted(self.kept.objects) if key.startswith(bucket)]
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>"
            for key in keys
            if key.startswith(prefix)
        )
        answer = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        self._answer(200, answer.encode(), {"Content-Type": "application/xml"})

    def _answer(self, status: int, content: bytes, told: dict[str, str], *, with_body: bool = True) -> None:
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""
