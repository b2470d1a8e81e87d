"""What the webhooks of a site tell of one request: to whom, in which words, signed how (API.md 9)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apps.sync.demo.collation import worded
from apps.sync.demo.desk.conditions import TemplateError, holds, rendered
from apps.sync.demo.desk.work import Event
from apps.sync.demo.store import Row, Store

SIGNATURE: Final = "X-Frappe-Webhook-Signature"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One request to be made; with ``lost`` set there is nothing to send, only something to write down."""

    hook: str
    doctype: str
    name: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] | None = None
    body: str = ""
    timeout: float = 5.0
    lost: str = ""


def deliveries(store: Store, events: Sequence[Event]) -> list[Delivery]:
    """One for each webhook and document, however often it was saved: with the last state of it."""
    last = {(event.doctype, event.name): event.document for event in events}
    found: dict[tuple[str, ...], Delivery] = {}
    for event in events:
        for hook in _listening(store, event):
            key = (event.doctype, event.name)
            delivery = _delivery(store, hook, event, last[key])
            if delivery is not None:
                found[hook["name"], *key] = delivery
    return list(found.values())


def signature(secret: str, body: str) -> str:
    """What proves that a body comes from whoever knows the secret; it covers these bytes and no time."""
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _listening(store: Store, event: Event) -> Iterator[Row]:
    rows = store.table("Webhook").rows.index("webhook_doctype").equal([worded(event.doctype)])
    return (row for row in rows if row["enabled"] and row["webhook_docevent"] == event.what)


def _delivery(store: Store, hook: Row, event: Event, document: Values) -> Delivery | None:
    to: dict[str, Any] = {"hook": hook["name"], "doctype": event.doctype, "name": event.name}
    try:
        if hook["condition"] and not holds(hook["condition"], event.document):
            return None
        is_dynamic = hook["is_dynamic_url"]
        url = rendered(hook["request_url"], document) if is_dynamic else hook["request_url"]
        body = json.dumps(_told(store, hook, document))
    except TemplateError as why:
        return Delivery(**to, url=hook["request_url"], lost=str(why))
    return Delivery(
        **to,
        url=url,
        method=hook["request_method"] or "POST",
        headers=_headers(store, hook, body),
        body=body,
        timeout=hook["timeout"] or 5.0,
    )


def _told(store: Store, hook: Row, document: Values) -> Any:
    """The configured fields in their order; else a template that makes JSON; else nothing."""
    rows = list(store.rows_of("Webhook", hook["name"], "Webhook Data", "webhook_data"))
    if rows or not hook["webhook_json"]:
        return {row["key"]: document.get(row["fieldname"]) for row in rows}
    try:
        return json.loads(rendered(hook["webhook_json"], document))
    except (json.JSONDecodeError, RecursionError) as why:
        raise TemplateError(str(why)) from why


def _headers(store: Store, hook: Row, body: str) -> dict[str, str]:
    """The signature and what was configured: no Content-Type comes by itself."""
    secret = store.secrets.get(hook["name"], "") if hook["enable_security"] else ""
    signed = {SIGNATURE: signature(secret, body)} if secret else {}
    rows = store.rows_of("Webhook", hook["name"], "Webhook Header", "webhook_headers")
    return signed | {row["key"]: row["value"] for row in rows if row["key"] and row["value"]}
