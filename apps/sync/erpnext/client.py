"""One keep-alive session with ERPNext: asks, waits, asks again where that helps, and names every failure."""

import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self
from urllib.parse import quote

import requests
from django.utils import timezone
from requests.auth import AuthBase
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

from apps.sync.erpnext.address import Address
from apps.sync.erpnext.answers import PassingError, broken_connection, payload
from apps.sync.erpnext.bodies import JSON, as_json
from apps.sync.erpnext.helpings import Helping
from apps.sync.erpnext.polite import LONGEST_WAIT, Allowance, Manners, configured_manners
from apps.sync.errors import (
    ErpGarbledError,
    ErpRefusedError,
    ErpTooSlowError,
    ErpUncertainError,
    ErpUnreachableError,
)

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
WRITE_SECONDS: Final = 90.0  # forty lines were seen to take ten seconds to submit
FIRST_WAIT = 0.5
PATIENCE: Final = 240.0  # seconds without one good answer, however they were spent; then ERPNext is away
Sleep = Callable[[float], None]


class _Token(AuthBase):
    """As ``auth`` and not as a header: requests lets a .netrc of the machine replace a mere header."""

    def __init__(self, address: Address) -> None:
        # Headers go out as latin-1: so written, whatever was pasted goes out as UTF-8 and is refused as a key
        self.header = f"token {address.key}:{address.secret}".encode().decode("latin-1")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self.header
        return request


def _session(address: Address) -> requests.Session:
    session = requests.Session()
    session.auth = _Token(address)
    session.headers.update({"Accept": "application/json", "User-Agent": "Larder"})
    session.cookies = _NoCookies()
    # What the machine says of proxies and certificates, looked up once: it is slow.
    with suppress(ValueError):  # who asks such an address will be told
        for name, value in session.merge_environment_settings(address.url, {}, None, None, None).items():
            setattr(session, name, value)
    session.trust_env = False
    return session


class _NoCookies(RequestsCookieJar):
    """Keeps none: ERPNext makes a guest of us with each answer ("sid=Guest")."""

    def extract_cookies(self, *_: object) -> None: ...


class Client:
    """A session with one site. Not for two threads at once."""

    def __init__(
        self,
        address: Address,
        *,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        manners: Manners | None = None,
        sleep: Sleep = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self.address = address
        self.timeout = timeout
        self.manners = manners or configured_manners()
        self.answered_at: datetime | None = None  # the site's own clock, from its last answer
        self.allowance: Allowance | None = None  # what its rate limit leaves us, where it has one
        self.requests_sent = 0
        self.user = ""  # who we are there, once that has been asked
        self.seconds_waited = 0.0
        self.took = 0.0  # seconds that the last answer took
        self._helpings: dict[tuple[str, int], Helping] = {}
        self.session = _session(address)
        self._sleep = sleep
        self._patience = patience
        self._failing_since: float | None = None
        self._pause = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None, *, shrinks: bool = False) -> Any:
        """What a GET answers, out of its envelope. Raises an ErpError.

        ``shrinks``: the caller can ask for less, so what takes too long raises ErpTooSlowError at once.
        """
        return self._ask("GET", path, params=params, shrinks=shrinks)

    def post(self, path: str, body: Mapping[str, object], *, shrinks: bool = False) -> Any:
        """What a POST that only reads answers, out of its envelope: safe to ask again. Raises an ErpError."""
        return self._ask("POST", path, json=body, shrinks=shrinks)

    def open(self, path: str, *, headers: Mapping[str, str], read_seconds: float) -> requests.Response:
        """The answer to one GET as it comes, its body not read yet; the caller closes it. Asked once.

        Raises an ErpError where there is no answer.
        """
        self._rest()
        asked = {"stream": True, "headers": headers, "timeout": (self.timeout[0], read_seconds)}
        try:
            return self._answer("GET", path, **asked)
        except PassingError as passing:
            raise passing.why from passing.__cause__

    def create(self, doctype: str, values: Mapping[str, object]) -> dict[str, Any]:
        """Write a new document, once; answers it as ERPNext stored it.

        Raises ErpUncertainError when the answer was lost: look it up, it may be there or still on its way.
        """
        return self._write("POST", f"/api/resource/{quote(doctype)}", values)

    def update(self, doctype: str, name: str, values: Mapping[str, object]) -> dict[str, Any]:
        """Change fields of a document, once; as ``create``."""
        return self._write("PUT", f"/api/resource/{quote(doctype)}/{quote(name, safe='')}", values)

    def another(self) -> "Client":
        """A second session with the same site, as patient as this one."""
        return Client(
            self.address,
            timeout=self.timeout,
            manners=self.manners,
            sleep=self._sleep,
            patience=self._patience,
        )

    def now(self) -> datetime:
        """The site's clock if it has answered already, else ours."""
        return self.answered_at or timezone.now()

    def helping(self, doctype: str, *, most: int) -> Helping:
        """How much of a list to ask for at once; what was learnt of it holds for the whole session."""
        return self._helpings.setdefault((doctype, most), Helping(most))

    def wait(self, seconds: float) -> None:
        """Leave ERPNext alone for so long; what was waited is counted."""
        if seconds > 0:
            self.seconds_waited += seconds
            self._sleep(seconds)

    def _write(self, method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        timeout = (self.timeout[0], max(self.timeout[1], WRITE_SECONDS))
        stored = self._ask(method, path, data=as_json(values), headers=JSON, writes=True, timeout=timeout)
        if not isinstance(stored, dict):
            raise ErpUncertainError("ERPNext's answer to what we wrote is no record.")
        return stored

    # --- asking ------------------------------------------------------------------------------------------
    def _ask(
        self, method: str, path: str, *, shrinks: bool = False, writes: bool = False, **parts: Any
    ) -> Any:
        attempt = 1
        while True:
            self._rest()
            try:
                answered = self._ask_once(method, path, **parts)
            except PassingError as passing:
                if writes and passing.may_be_done:
                    raise ErpUncertainError(
                        f"{passing.why} Whether it took what we wrote is not known."
                    ) from passing.__cause__
                if attempt >= passing.attempts or self._gives_up(passing, shrinks=shrinks):
                    raise passing.why from passing.__cause__
                self.wait(passing.wait or self._back_off(attempt))
                attempt += 1
            else:
                self._failing_since = None
                return answered

    def _rest(self) -> None:
        """The pause that the last answer made due. Raises ErpUnreachableError when it is a long one."""
        pause, self._pause = self._pause, 0.0
        if pause > LONGEST_WAIT:
            raise ErpUnreachableError(
                f"ERPNext's rate limit is used up; it grants more in {pause:.0f} seconds."
            )
        self.wait(pause)

    def _gives_up(self, passing: PassingError, *, shrinks: bool) -> bool:
        now = time.monotonic()
        self._failing_since = self._failing_since or now
        spent = now - self._failing_since >= self._patience
        return spent or (shrinks and isinstance(passing.why, ErpTooSlowError))

    @property
    def is_out_of_patience(self) -> bool:
        """Whether ERPNext has failed for so long that asking for less is no use either."""
        since = self._failing_since
        return since is not None and time.monotonic() - since >= self._patience

    def _ask_once(self, method: str, path: str, **parts: Any) -> Any:
        return payload(self._answer(method, path, **parts), self.address)

    def _answer(self, method: str, path: str, **parts: Any) -> requests.Response:
        self.requests_sent += 1
        started = time.monotonic()
        asked: dict[str, Any] = {"timeout": self.timeout, "allow_redirects": False} | parts
        try:
            # A redirect would carry the token to wherever it points.
            answer = self.session.request(
                method,
                f"{self.address.url}{path}",
                **asked,
            )
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as why:
            raise PassingError(ErpGarbledError("ERPNext's answer broke off half-way.")) from why
        except (requests.ConnectionError, requests.Timeout) as why:
            raise broken_connection(self.address, why) from why
        except (requests.RequestException, HTTPError, UnicodeError) as why:
            raise ErpUnreachableError(
                f"“{self.address.url}” is no address that can be asked: check ERPNEXT_URL."
            ) from why
        self.took = time.monotonic() - started
        self._note(answer)
        return answer

    def _note(self, answer: requests.Response) -> None:
        """What an answer says beside what was asked: the site's clock, and what is left of its rate limit."""
        stamp = answer.headers.get("Date")
        if stamp:
            self.answered_at = parsedate_to_datetime(stamp)
        self.allowance = Allowance.told_by(answer.headers)
        if answer.ok:  # a refusal for want of allowance says itself how long to wait
            self._pause = self.manners.pause(answer.elapsed.total_seconds(), self.allowance)

    def _back_off(self, attempt: int) -> float:
        """Doubling, and never two clients in step."""
        doubled = FIRST_WAIT * float(2 ** (attempt - 1))
        return min(LONGEST_WAIT, doubled) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def logged_user(erp: Client) -> str:
    """Who we are there: checks address and credentials. Raises an ErpError."""
    try:
        erp.user = str(erp.get("/api/method/frappe.auth.get_logged_user"))
    except ErpRefusedError as why:
        if why.http_status != requests.codes.not_found:
            raise
        raise ErpUnreachableError(
            f"Something answers at {erp.address.url}, but not an ERPNext site: check ERPNEXT_URL, its host "
            "name above all."
        ) from why
    return erp.user
