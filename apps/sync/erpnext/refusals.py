"""What an error answer of ERPNext means, in a sentence for people (API.md calls it the envelope)."""

import html
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
import requests

from apps.sync.errors import (
    ErpCredentialsError,
    ErpError,
    ErpPermissionError,
    ErpRefusedError,
    ErpTooSlowError,
    ErpUnreachableError,
)


def refusal_of(answer: requests.Response) -> ErpError:
    """The error that an answer of 400 or more stands for."""
    body = _body(answer)
    exc_type = str(body.get("exc_type") or "")
    status = answer.status_code
    if status == 401:
        return ErpCredentialsError(
            "ERPNext does not accept our API key and secret: they are wrong, were renewed, "
            "or their user is disabled.",
            http_status=status,
            exc_type=exc_type,
        )
    if status == 403:
        return ErpPermissionError(_not_permitted(answer), http_status=status, exc_type=exc_type)
    if status == 429:
        return ErpUnreachableError("ERPNext is throttling us: its rate limit is used up.")
    if status == 503:
        return ErpUnreachableError("ERPNext is in maintenance, or nothing stands behind its address.")
    if status in {502, 504}:
        return ErpTooSlowError(f"ERPNext's server does not answer the proxy before it (HTTP {status}).")
    said = _reason(body) or f"HTTP {status}"
    return ErpRefusedError(
        f"ERPNext refused {_asked(answer)}: {said}", http_status=status, exc_type=exc_type, said=said
    )


def _body(answer: requests.Response) -> dict[str, Any]:
    try:
        body = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return {}  # an HTML page of the proxy or of an old route
    return body if isinstance(body, dict) else {}


def _reason(body: dict[str, Any]) -> str:
    """The last server message, which is normally the reason; JSON in JSON, with HTML in it."""
    try:
        messages = [orjson.loads(message) for message in orjson.loads(body.get("_server_messages") or "[]")]
    except (orjson.JSONDecodeError, TypeError):
        messages = []
    spoken = [str(message.get("message", "")) for message in messages if isinstance(message, dict)]
    text = spoken[-1] if spoken else str(body.get("_error_message") or body.get("exc_type") or "")
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


def _not_permitted(answer: requests.Response) -> str:
    return (
        f"ERPNext does not let our user read {_asked(answer)}: give that user a role that may, "
        "or leave this out of the run."
    )


def _asked(answer: requests.Response) -> str:
    """What the request was for: a DocType where the path or the body names one."""
    path = unquote(urlsplit(answer.request.url or "").path)
    if path.startswith("/api/resource/"):
        return f"“{path.removeprefix('/api/resource/').partition('/')[0]}”"
    body = answer.request.body
    if isinstance(body, bytes):
        named = re.search(rb'"doctype": ?"([^"]+)"', body)
        if named:
            return f"“{named[1].decode()}”"
    return f"“{path.rpartition('/')[2]}”"
