"""ERPNext's answers: what wraps a success, and the many-layered envelope of a refusal (API.md 3)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A status with a JSON body, an HTML page where the real one has no JSON, or a file."""

    status: int
    body: Body | str | bytes
    headers: dict[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """A request that ERPNext turns down; ``shown`` is what people read, with its tags."""

    def __init__(
        self,
        status: int,
        exc_type: str,
        *,
        exception: str = "",
        shown: str = "",
        title: str = "Message",
        raised: bool = True,
        messages: Sequence[Body] = (),
        extra: Body | None = None,
    ) -> None:
        told = list(messages) or ([shown_as(shown, title, raised=raised)] if shown else [])
        self.status = status
        self.exc_type = exc_type
        self.shown = str(told[-1]["message"]) if told else ""  # the last one is the reason
        self.title = str(told[-1]["title"]) if told else title
        self.body = _envelope(exc_type, exception, told) | (extra or {})
        self._told = told
        super().__init__(self.shown or exc_type)

    def come_after(self, messages: Sequence[Body]) -> None:
        """Tell also what people had been told before it came to this."""
        self.body |= wrapped([*messages, *self._told])


@dataclass(frozen=True)
class Manner:
    """How a refusal is to be worded: for which version of the API, JSON or a page, with tracebacks or not."""

    v2: bool = False
    page: bool = False
    tracebacks: bool = True


def told(refused: RefusalError, manner: Manner) -> Answer:
    """A refusal as it leaves the site."""
    if manner.page:
        plain = "Too Many Requests" if refused.status == HTTPStatus.TOO_MANY_REQUESTS else None
        return Answer(refused.status, plain or error_page(refused.status, refused.shown or refused.exc_type))
    if manner.v2:
        error = {
            "type": refused.exc_type,
            "message": refused.shown or None,
            "title": refused.title,
            "indicator": "red",
        }
        trace = {"exception": refused.body["exc"]} if manner.tracebacks and "exc" in refused.body else {}
        return Answer(refused.status, {"errors": [error | trace]})
    hidden = set() if manner.tracebacks else {"exc", "exception"}
    return Answer(refused.status, {key: value for key, value in refused.body.items() if key not in hidden})


def error_page(status: int, text: str) -> str:
    """A page where a client hoped for JSON."""
    return (
        f"<!doctype html>\n<html lang=en>\n<title>{status} {HTTPStatus(status).phrase}</title>\n"
        f"<h1>{HTTPStatus(status).phrase}</h1>\n<p>{text}</p>\n"
    )


def shown_as(text: str, title: str = "Message", *, raised: bool = True) -> Body:
    """What people read, as it lies in ``_server_messages``."""
    message: Body = {"message": text, "title": title}
    if raised:
        identity = hashlib.sha224(text.encode()).hexdigest()
        message |= {"indicator": "red", "raise_exception": 1, "__frappe_exc_id": identity}
    return message


def wrapped(messages: Sequence[Body]) -> Body:
    """Messages as they travel: a JSON list of JSON texts."""
    return {"_server_messages": json.dumps([json.dumps(one) for one in messages])} if messages else {}


def _envelope(exc_type: str, exception: str, messages: Sequence[Body]) -> Body:
    body: Body = {"exc_type": exc_type}
    if exception:
        body["exception"] = exception
        body["exc"] = json.dumps([f"Traceback (most recent call last):\n  ...\n{exception}\n"])
    return body | wrapped(messages)


def wrong_credentials() -> RefusalError:
    """A key that nobody has, or not with this secret."""
    return RefusalError(401, "AuthenticationError", exception="frappe.exceptions.AuthenticationError")


def no_access(user: str, doctype: str, *, writes: bool = False) -> RefusalError:
    """A user without a role that reads, or writes, this DocType."""
    return RefusalError(
        403,
        "PermissionError",
        exception="" if writes else "frappe.exceptions.PermissionError",
        shown=f"User <strong>{user}</strong> does not have doctype access via role permission"
        f" for document <strong>{doctype}</strong>",
        raised=False,
        extra={"_error_message": f"No permission for {doctype}"},
    )


def no_parent() -> RefusalError:
    """A table listed without the DocType that its rows live in."""
    return RefusalError(403, "PermissionError", exception="frappe.exceptions.PermissionError")


def not_permitted() -> RefusalError:
    """A call that writes, where nothing may be written."""
    return RefusalError(
        403,
        "PermissionError",
        exception="frappe.exceptions.PermissionError: Not permitted",
        shown="Not permitted",
    )


def sign_in_first(method: str) -> RefusalError:
    """A method for signed-in users, called by nobody."""
    shown = (
        "<details><summary>You are not permitted to access this resource. Login to access</summary>"
        f"Function <strong>{method}</strong> is not whitelisted.</details>"
    )
    return RefusalError(
        403,
        "PermissionError",
        exception=f"frappe.exceptions.PermissionError: {shown}",
        shown=shown,
        title="Method Not Allowed",
    )


def not_found(shown: str = "") -> RefusalError:
    """No such document, DocType or route; never with a traceback."""
    return RefusalError(404, "DoesNotExistError", shown=shown)


def field_not_permitted(name: str) -> RefusalError:
    """An unknown field; fails the whole request."""
    shown = f"Field not permitted in query: {name}"
    return RefusalError(417, "DataError", exception=f"frappe.exceptions.DataError: {shown}", shown=shown)


def restricted() -> RefusalError:
    """SQL in a field that frappe lets nobody use."""
    shown = "Use of sub-query or function is restricted"
    return RefusalError(417, "DataError", exception=f"frappe.exceptions.DataError: {shown}", shown=shown)


def invalid(shown: str) -> RefusalError:
    """Everything else that ERPNext calls a ValidationError."""
    return RefusalError(
        417, "ValidationError", exception=f"frappe.exceptions.ValidationError: {shown}", shown=shown
    )


def broken(exc_type: str, exception: str, *, extra: Body | None = None) -> RefusalError:
    """A request that ERPNext stumbles over: a 500 which is not temporary."""
    return RefusalError(500, exc_type, exception=exception, extra=extra)


def too_many() -> RefusalError:
    """The site's server time is used up."""
    return RefusalError(429, "TooManyRequestsError", exception="frappe.exceptions.TooManyRequestsError")


def closed() -> RefusalError:
    """The site is being updated."""
    return RefusalError(503, "SessionStopped", exception="frappe.exceptions.SessionStopped: Session Stopped")


NOT_ALLOWED_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n"
    "<p>The method is not allowed for the requested URL.</p>\n"
)
