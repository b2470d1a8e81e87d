"""A small server that answers like Google's: one address for access tokens, one for pushes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "larder-test"


@dataclass
class Answer:
    """What the server says to a push for a token."""

    status: int = 200
    code: str = ""
    retry_after: str = ""
    body: bytes | None = None  # said as it stands, whatever it is


@dataclass
class FcmStandIn:
    """What was asked of it, and what it is to answer."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    tokens_given: list[str] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)  # by device token, one after the other
    valid: set[str] = field(default_factory=set)
    gives_tokens: bool = True
    token_body: bytes | None = None  # what it says instead of an access token
    lock: Any = field(default_factory=Lock)

    def withdraw_tokens(self) -> None:
        """The access tokens so far are no longer good."""
        self.valid.clear()

    def account(self) -> str:
        """The key of a service account whose tokens come from here."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return json.dumps(
            {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": "1",
                "private_key": pem.decode(),
                "client_email": "push@larder-test.iam.gserviceaccount.com",
                "client_id": "1",
                "token_uri": f"{self.url}/token",
            }
        )


@contextmanager
def fcm_standin() -> Iterator[FcmStandIn]:
    told = FcmStandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    told.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _handler(told: FcmStandIn) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one small method each
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with told.lock:
                if self.path == "/token":
                    self._token(parse_qs(body.decode()))
                else:
                    self._push(json.loads(body))

        def _token(self, asked: dict[str, list[str]]) -> None:
            if told.token_body is not None:
                return self._write(200, told.token_body, "")
            assert asked["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
            if not told.gives_tokens:
                return self._say(400, {"error": "invalid_grant", "error_description": "Account is disabled."})
            token = f"ya29.{len(told.tokens_given)}"
            told.tokens_given.append(token)
            told.valid.add(token)
            return self._say(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

        def _push(self, asked: dict[str, Any]) -> None:
            assert self.path == f"/v1/projects/{PROJECT}/messages:send"
            if self.headers["Authorization"].removeprefix("Bearer ") not in told.valid:
                return self._error(401, "UNAUTHENTICATED", "")
            message = asked["message"]
            waiting = told.answers.get(message["token"], [])
            answer = waiting.pop(0) if waiting else Answer()
            if answer.body is not None:
                return self._write(answer.status, answer.body, answer.retry_after)
            if answer.status == 200:
                told.sent.append(message)
                name = f"projects/{PROJECT}/messages/{len(told.sent)}"
                return self._say(200, {"name": name})
            return self._error(answer.status, "", answer.code, answer.retry_after)

        def _error(self, status: int, word: str, code: str, retry_after: str = "") -> None:
            kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
            details = [{"@type": kind, "errorCode": code}] if code else []
            error = {"code": status, "message": f"No: {code}", "status": word, "details": details}
            self._say(status, {"error": error}, retry_after)

        def _say(self, status: int, told_back: dict[str, Any], retry_after: str = "") -> None:
            self._write(status, json.dumps(told_back).encode(), retry_after)

        def _write(self, status: int, body: bytes, retry_after: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler
