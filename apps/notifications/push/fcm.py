"""Firebase Cloud Messaging, HTTP v1: one request for each device, a few at a time.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2.service_account import Credentials
from requests.adapters import HTTPAdapter

from apps.notifications.push.account import service_account
from apps.notifications.push.adapter import Outcome, Push, Result

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
AT_ONCE: Final = 8
TIMEOUT: Final = (5, 10)  # seconds to connect and to answer
LONGEST_WAIT: Final = timedelta(hours=1)
LATER: Final = frozenset({429, 500, 502, 503, 504})
# 403 of a token that belongs to another Firebase project: it will never be ours.
DEAD: Final = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})


class Fcm:
    """A Firebase project, as its service account."""

    name = "fcm"

    def __init__(self, account: dict[str, Any], *, url: str) -> None:
        self._credentials: Credentials = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            account, scopes=[SCOPE]
        )
        self._address = f"{url}/v1/projects/{account['project_id']}/messages:send"
        self._session = requests.Session()
        self._session.mount(url, HTTPAdapter(pool_maxsize=AT_ONCE))
        self._one_at_a_time = Lock()

    def send(self, pushes: Sequence[Push]) -> list[Result]:
        try:
            token = self._token()
        except GoogleAuthError as why:
            return [Result(Outcome.LATER, f"Google gave no access token: {_short(why)}")] * len(pushes)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(lambda push: self._one(push, token), pushes))

    def _token(self, *, anew: bool = False) -> str:
        """The access token, which lives an hour; threads do not fetch it twice."""
        with self._one_at_a_time:
            if anew or not self._credentials.valid:
                self._refresh()
            return str(self._credentials.token)

    def _refresh(self) -> None:
        """Raises GoogleAuthError, also for what google-auth trips over: it trusts an answer to make sense."""
        try:
            self._credentials.refresh(TokenRequest(session=self._session))  # type: ignore[no-untyped-call]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as why:
            raise RefreshError(f"its answer makes no sense: {why}") from why  # type: ignore[no-untyped-call]

    def _one(self, push: Push, token: str) -> Result:
        try:
            answer = self._post(push, token)
            if answer.status_code == requests.codes.unauthorized:  # withdrawn before its hour was over
                answer = self._post(push, self._token(anew=True))
        except (requests.RequestException, GoogleAuthError) as why:
            return Result(Outcome.LATER, f"FCM did not answer: {_short(why)}")
        return read(answer)

    def _post(self, push: Push, token: str) -> requests.Response:
        return self._session.post(
            self._address,
            json={"message": message(push)},
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )


@lru_cache(maxsize=1)
def fcm_of(credentials: str, *, url: str) -> Fcm:
    """The project of a service account: its key file, or the JSON itself. One for each process."""
    return Fcm(service_account(credentials), url=url)


def message(push: Push) -> dict[str, Any]:
    """As FCM wants it. A push that is sent again takes the first one's place on the phone, by its tag."""
    seconds = int(push.lives.total_seconds())
    return {
        "token": push.token,
        "notification": {"title": push.title, "body": push.body},
        "data": {name: str(value) for name, value in push.data.items()},
        "android": {
            "priority": "HIGH" if push.is_urgent else "NORMAL",
            "ttl": f"{seconds}s",
            "collapse_key": push.collapse,
            "notification": {"tag": push.collapse},
        },
        "apns": {
            "headers": {
                "apns-priority": "10" if push.is_urgent else "5",
                "apns-collapse-id": push.collapse,
                "apns-expiration": str(int((datetime.now(UTC) + push.lives).timestamp())),
            }
        },
        "webpush": {"headers": {"TTL": str(seconds)}, "notification": {"tag": push.collapse}},
    }


def read(answer: requests.Response) -> Result:
    """What FCM's answer means for the push."""
    told = _told(answer)
    if answer.ok and isinstance(told.get("name"), str):
        return Result(Outcome.SENT, reference=told["name"][:200])
    error = told.get("error") if isinstance(told.get("error"), dict) else {}
    code = _code(error)  # type: ignore[arg-type]
    why = f"{answer.status_code} {code} {error.get('message', '')}".strip()[:300]  # type: ignore[union-attr]
    if code in DEAD or (answer.status_code == requests.codes.not_found and code == "NOT_FOUND"):
        return Result(Outcome.GONE, why)
    if answer.status_code in LATER or answer.ok:
        return Result(Outcome.LATER, why, wait=_asked_wait(answer))
    return Result(Outcome.REFUSED, why)


def _told(answer: requests.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except (ValueError, RecursionError):  # no JSON, a number without end, or brackets without end
        return {}
    return told if isinstance(told, dict) else {}


def _code(error: dict[str, Any]) -> str:
    """FCM's own code where it gives one, else Google's word for the kind of error."""
    told = error.get("details")
    details = told if isinstance(told, list) else []
    own = [part["errorCode"] for part in details if isinstance(part, dict) and part.get("errorCode")]
    return str(own[0] if own else error.get("status", ""))


def _asked_wait(answer: requests.Response) -> timedelta | None:
    """``Retry-After``, as seconds or as a date."""
    asked = answer.headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdecimal():
        return min(timedelta(seconds=int(asked[:6])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)  # “-0000” and no zone at all mean UTC
    return max(timedelta(), min(aware - datetime.now(UTC), LONGEST_WAIT))


def _short(why: Exception) -> str:
    return f"{type(why).__name__}: {why}"[:200]
