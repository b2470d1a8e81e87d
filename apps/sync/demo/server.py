"""The demo site behind a real socket: threads, keep-alive, and faults where they belong, on the wire."""

import logging
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import unquote

import orjson

from apps.sync.demo.control import PATH, Control
from apps.sync.demo.envelopes import Answer, error_page
from apps.sync.demo.faults import Fault, Planned, failing, spoiled
from apps.sync.demo.site import Request, Site

logger = logging.getLogger(__name__)
REQUEST_LINE: Final = 4094  # what a bare gunicorn takes
COOKIES: Final = ("sid=Guest", "system_user=no", "full_name=Guest", "user_id=Guest", "user_image=")


class DemoServer:
    """Serves a site on this machine; port 0 takes any free one."""

    def __init__(self, site: Site, *, port: int = 0) -> None:
        self.site = site
        self.control = Control(site)
        handler = type("Handler", (_Handler,), {"site": site, "control": self.control})
        self.http = _Http(("127.0.0.1", port), handler)

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
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server_version = "DemoErp"
    sys_version = ""

    def answer(self) -> None:
        if len(self.requestline) > REQUEST_LINE:
            self.close_connection = True  # the body is not even read
            self._send(Answer(414, error_page(414, "Request Line is too large")), cut=False)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith(PATH):
            self._send(self.control.answer(self.command, self.path, body), cut=False)
            return
        authorization, accept = (self.headers.get(one, "") for one in ("Authorization", "Accept"))
        request = Request(self.command, self.path, authorization, body, accept)
        said = f"{unquote(self.path)} {body.decode(errors='replace')}"
        fault = self.site.faults.next_for(said, writes=request.writes)
        if fault and self._is_cut_short(fault):
            return
        answer = (failing(fault) if fault else None) or self.site.answer(request)
        if fault and fault.fault == Fault.ANSWER_LOST:
            self.close_connection = True
            return
        if fault:
            answer = spoiled(answer, fault)
        self._send(answer, cut=bool(fault and fault.fault == Fault.TRUNCATED))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815 - http.server's names

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

    def _send(self, answer: Answer, *, cut: bool) -> None:
        is_page = isinstance(answer.body, str)
        content = answer.body.encode() if isinstance(answer.body, str) else orjson.dumps(answer.body)
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if is_page else "application/json")
        self.send_header("Content-Length", str(len(content)))
        for cookie in COOKIES:
            self.send_header("Set-Cookie", f"{cookie}; Path=/")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Quiet: the sync's own log says what was asked."""
