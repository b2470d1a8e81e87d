"""What came back: the payload out of its envelope, or whether and how often it is worth asking again."""

from typing import Any, Final

import orjson
import requests

from apps.sync.erpnext.address import Address
from apps.sync.erpnext.polite import LONGEST_WAIT, number
from apps.sync.erpnext.refusals import refusal_of
from apps.sync.errors import ErpError, ErpGarbledError, ErpRefusedError, ErpTooSlowError, ErpUnreachableError

ATTEMPTS: Final = 5
ATTEMPTS_AT_500: Final = 3  # most of them are final: a bad query, not a bad moment
NOTHING_DONE: Final = frozenset({429, 503})  # turned away at the door, a write included
PROXY: Final = frozenset({502, 504})
BAD_MOMENTS: Final = frozenset({"QueryDeadlockError", "QueryTimeoutError", "DocumentLockedError"})
STUMBLES: Final = frozenset({"TypeError", "AttributeError"})  # over what we sent; as final as a 417


class PassingError(Exception):
    """A failure that may heal by itself: ``why`` is what to say when it does not.

    ``may_be_done``: a write may have been carried out all the same.
    """

    def __init__(
        self, why: ErpError, *, wait: float = 0.0, attempts: int = ATTEMPTS, may_be_done: bool = True
    ) -> None:
        super().__init__(str(why))
        self.why = why
        self.wait = wait
        self.attempts = attempts
        self.may_be_done = may_be_done


def payload(answer: requests.Response, address: Address) -> Any:
    """What was asked for. Raises PassingError or an ErpError."""
    if answer.status_code >= 400:
        raise _failure(answer)
    if answer.is_redirect:
        raise ErpUnreachableError(
            f"{address.url} sends us on to {answer.headers['Location']}: set ERPNEXT_URL to that."
        )
    try:
        body = orjson.loads(answer.content)
    except orjson.JSONDecodeError as why:
        raise PassingError(ErpGarbledError("ERPNext's answer is not JSON, or only half of it.")) from why
    for envelope in ("data", "message"):
        if isinstance(body, dict) and envelope in body:
            return body[envelope]
    raise PassingError(ErpGarbledError("ERPNext's answer holds neither “data” nor “message”."))


def _failure(answer: requests.Response) -> Exception:
    """The refusal itself where it is final."""
    why, status = refusal_of(answer), answer.status_code
    if status in NOTHING_DONE:
        wait = number(answer.headers.get("Retry-After", "")) or 0.0
        attempts = ATTEMPTS if wait <= LONGEST_WAIT else 1  # told to stay away for long: do
        return PassingError(why, wait=wait, attempts=attempts, may_be_done=False)
    if status in PROXY:
        return PassingError(why)
    exc_type = why.exc_type if isinstance(why, ErpRefusedError) else ""
    if exc_type in BAD_MOMENTS:  # the transaction is rolled back
        return PassingError(why, may_be_done=False)
    if status == 500 and exc_type not in STUMBLES:
        return PassingError(why, attempts=ATTEMPTS_AT_500, may_be_done=not exc_type)
    return why


def broken_connection(address: Address, why: Exception) -> PassingError:
    """No answer at all: too late, hung up, or nobody there."""
    if isinstance(why, requests.ReadTimeout):
        return PassingError(ErpTooSlowError(f"ERPNext at {address.url} took too long to answer."))
    if "Read timed out" in str(why):  # in the midst of the body
        return PassingError(ErpTooSlowError(f"ERPNext at {address.url} took too long to finish its answer."))
    if isinstance(why, requests.exceptions.SSLError):
        said = f"ERPNext at {address.url} has a certificate that we cannot trust, or speaks no https at all."
        return PassingError(ErpUnreachableError(said), may_be_done=False)
    said = f"ERPNext at {address.url} does not answer: is it running, and is the address right?"
    return PassingError(ErpUnreachableError(said), may_be_done=not _never_sent(why))


def _never_sent(why: Exception) -> bool:
    """Whether not even a connection came about."""
    return isinstance(why, requests.ConnectTimeout) or "NewConnectionError" in repr(why)
