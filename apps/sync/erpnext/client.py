"""One keep-alive session with ERPNext: asks, waits, asks again where that helps, and names every failure."""

import random
import re
import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, Self

import orjson
import requests
from django.utils import timezone
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from apps.sync.erpnext.address import Address
from apps.sync.erpnext.refusals import refusal_of
from apps.sync.errors import ErpError, ErpGarbledError, ErpUnreachableError

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0
ATTEMPTS: Final = 5
FIRST_WAIT = 0.5
ATTEMPTS_AT_500: Final = 3  # most of them are final: a bad query, not a bad moment
LONGEST_WAIT: Final = 60.0
PASSING: Final = frozenset({429, 502, 503, 504})


class _Token(AuthBase):
    """As ``auth`` and not as a header: requests lets a .netrc of the machine replace a mere header."""

    def __init__(self, address: Address) -> None:
        # Headers go out as latin-1: so written, whatever was pasted goes out as UTF-8 and is refused as a key
        self.header = f"token {address.key}:{address.secret}".encode().decode("latin-1")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self.header
        return request


class Client:
    """A session with one site. Not for two threads at once."""

    def __init__(
        self,
        address: Address,
        *,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self.address = address
        self.timeout = timeout
        self.answered_at: datetime | None = None  # the site's own clock, from its last answer
        self.requests_sent = 0
        self.session = requests.Session()
        self.session.auth = _Token(address)
        self.session.headers.update({"Accept": "application/json", "User-Agent": "Larder"})
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # "sid=Guest" on each answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """What a GET answers, out of its envelope. Raises an ErpError."""
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """What a POST that only reads answers, out of its envelope: safe to ask again. Raises an ErpError."""
        return self._ask("POST", path, json=body)

    def now(self) -> datetime:
        """The site's clock if it has answered already, else ours."""
        return self.answered_at or timezone.now()

    def _ask(self, method: str, path: str, **parts: Any) -> Any:
        attempt = 1
        while True:
            try:
                return self._ask_once(method, path, **parts)
            except _PassingError as passing:
                if attempt >= passing.attempts:
                    raise passing.why from passing.__cause__
                time.sleep(passing.wait or self._back_off(attempt))
                attempt += 1

    def _ask_once(self, method: str, path: str, **parts: Any) -> Any:
        self.requests_sent += 1
        url = f"{self.address.url}{path}"
        try:
            # A redirect would carry the token to wherever it points.
            answer = self.session.request(method, url, timeout=self.timeout, allow_redirects=False, **parts)
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as why:
            raise _PassingError(ErpGarbledError("ERPNext's answer broke off half-way.")) from why
        except (requests.ConnectionError, requests.Timeout) as why:
            raise _PassingError(_unreachable(self.address, why)) from why
        except (requests.RequestException, HTTPError, UnicodeError) as why:
            raise ErpUnreachableError(
                f"“{self.address.url}” is no address that can be asked: check ERPNEXT_URL."
            ) from why
        self._note_clock(answer)
        return self._read(answer)

    def _note_clock(self, answer: requests.Response) -> None:
        stamp = answer.headers.get("Date")
        if stamp:
            self.answered_at = parsedate_to_datetime(stamp)

    def _read(self, answer: requests.Response) -> Any:
        if answer.status_code >= 400:
            why = refusal_of(answer)
            if answer.status_code in PASSING:
                wait = _retry_after(answer)
                attempts = ATTEMPTS if wait <= LONGEST_WAIT else 1  # told to stay away for long: do
                raise _PassingError(why, wait=wait, attempts=attempts)
            if answer.status_code == 500:
                raise _PassingError(why, attempts=ATTEMPTS_AT_500)
            raise why
        if answer.is_redirect:
            raise ErpUnreachableError(
                f"{self.address.url} sends us on to {answer.headers['Location']}: set ERPNEXT_URL to that."
            )
        return _payload(answer)

    def _back_off(self, attempt: int) -> float:
        """Doubling, and never two clients in step."""
        doubled = FIRST_WAIT * float(2 ** (attempt - 1))
        return min(LONGEST_WAIT, doubled) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


class _PassingError(Exception):
    """A failure that may heal by itself: ``why`` is what to say when it does not."""

    def __init__(self, why: ErpError, *, wait: float = 0.0, attempts: int = ATTEMPTS) -> None:
        super().__init__(str(why))
        self.why = why
        self.wait = wait
        self.attempts = attempts


def _unreachable(address: Address, why: Exception) -> ErpUnreachableError:
    if isinstance(why, requests.ReadTimeout):
        return ErpUnreachableError(f"ERPNext at {address.url} took too long to answer.")
    if isinstance(why, requests.exceptions.SSLError):
        return ErpUnreachableError(
            f"ERPNext at {address.url} has a certificate that we cannot trust, or speaks no https at all."
        )
    return ErpUnreachableError(
        f"ERPNext at {address.url} does not answer: is it running, and is the address right?"
    )


def _retry_after(answer: requests.Response) -> float:
    """The seconds that ERPNext asks us to stay away; it never sends the date form."""
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if re.fullmatch(r"\d+(\.\d+)?", asked) else 0.0


def _payload(answer: requests.Response) -> Any:
    try:
        body = orjson.loads(answer.content)
    except orjson.JSONDecodeError as why:
        raise _PassingError(ErpGarbledError("ERPNext's answer is not JSON, or only half of it.")) from why
    for envelope in ("data", "message"):
        if isinstance(body, dict) and envelope in body:
            return body[envelope]
    raise _PassingError(ErpGarbledError("ERPNext's answer holds neither “data” nor “message”."))
