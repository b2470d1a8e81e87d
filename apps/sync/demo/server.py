"""The demo site behind a real socket: threads, keep-alive, and faults where they belong, on the wire."""

import logging
import socket
import struct
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import unquote

import orjson

from apps.sync.demo.control import PATH, Control
from apps.sync.demo.envelopes import Answer, error_page
from apps.sync.demo.faults import Fault, Planned, failing, spoiled
from apps.sync.demo.pages import Pages, Visit
from apps.sync.demo.site import Request, Site

logger = logging.getLogger(__name__)
REQUEST_LINE: Final = 4094  # what a bare gunicorn takes
COOKIES: Final = ("sid=Guest", "system_user=no", "full_name=Guest", "user_id=Guest", "user_image=")


class DemoServer:
    """Serves a site on this machine; port 0 takes any free one."""

    def __init__(self, site: Site, *, port: int = 0) -> None:
        self.site = site
        self.control = Control(site)
        self.pages = Pages(self.control)
        own = {"site": site, "control": self.control, "pages": self.pages}
        self.http = _Http(("127.0.0.1", port), type("Handler", (_Handler,), own))
        self.pages.larder = f"http://127.0.0.1:{self.port - 1}/admin/"  # known only now, when port was 0

    @property
    def port(self) -> int:
        return int(self.http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answer until ``stop`` is called from another thread."""
        try:
            self.http.serve_forever(poll_interval=0.1)
        finally:
            self.site.courier.stop()

    def stop(self) -> None:
        """Let ``serve`` return."""
        self.http.shutdown()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, name="demo-erp", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event; a fault of the demo's own must be seen."""
        why = sys.exc_info()[1]
        if not isinstance(why, OSError):
            logger.error("The demo ERPNext stumbled over a request.", exc_info=why)


class _Handler(BaseHTTPRequestHandler):
    site: Site
    control: Control
    pages: Pages
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server_version = "DemoErp"
    sys_version = ""

    def answer(self) -> None:
        if len(self.requestline) > REQUEST_LINE:
            self.close_connection = True  # the body is not even read
            self._send(Answer(414, error_page(414, "Request Line is too large")))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        own = self._own_answer(body)
        if own:
            self._send(own)
        else:
            self._answer_as_erpnext(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815 - http.server's names

    def _own_answer(self, body: bytes) -> Answer | None:
        """What no real ERPNext answers: pages for people, and switches; no fault befalls them."""
        page = self.pages.answer(Visit(self.command, self.path, self.headers, body))
        if page is None and self.path.startswith(PATH):
            return self.control.answer(self.command, self.path, body)
        return page

    def _answer_as_erpnext(self, body: bytes) -> None:
        asked = ("Authorization", "Accept", "If-None-Match")
        authorization, accept, known = (self.headers.get(one, "") for one in asked)
        request = Request(self.command, self.path, authorization, body, accept, known)
        said = f"{unquote(self.path)} {body.decode(errors='replace')}"
        fault = self.site.faults.next_for(said, writes=request.writes)
        if fault is None:
            self._send(self.site.answer(request), cookies=COOKIES)
        elif not self._is_cut_short(fault):
            self._answer_badly(request, fault)

    def _answer_badly(self, request: Request, fault: Planned) -> None:
        answer = failing(fault) or self.site.answer(request)
        if fault.fault == Fault.ANSWER_LOST:
            self.close_connection = True
            return
        self._send(spoiled(answer, fault), cookies=COOKIES, cut=fault.fault == Fault.TRUNCATED)

    def _is_cut_short(self, fault: Planned) -> bool:
        """Whether no answer is left to be given."""
        if fault.fault in {Fault.SLOW, Fault.HANGING}:
            time.sleep(fault.seconds)
        if fault.fault in {Fault.HANGING, Fault.CLOSED}:
            self.close_connection = True
            return True
        if fault.fault != Fault.RESET:
            return False
        # RST instead of FIN: what a crashed worker's socket looks like
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
        return True

    def _send(self, answer: Answer, *, cookies: Sequence[str] = (), cut: bool = False) -> None:
        content, kind = _as_sent(answer)
        self.send_response(answer.status)
        if "Content-Type" not in answer.headers:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for cookie in cookies:
            self.send_header("Set-Cookie", f"{cookie}; Path=/")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Quiet: the sync's own log says what was asked."""


def _as_sent(answer: Answer) -> tuple[bytes, str]:
    """The body's bytes and their type, unless its headers name another."""
    if isinstance(answer.body, bytes):
        return answer.body, "application/octet-stream"
    if isinstance(answer.body, str):
        return answer.body.encode(), "text/html; charset=utf-8"
    return orjson.dumps(answer.body), "application/json"
