"""Webhooks of ERPNext: believed by their signature, remembered, and taken as a hint to read a document again.

Nothing that a delivery says of a document is written down as true: the document is read back.
"""

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core.events import publish
from apps.sync.engine import marking
from apps.sync.entities import ENTITIES
from apps.sync.errors import WebhookSecretMissingError
from apps.sync.events import DocumentTold
from apps.sync.models import Cursor, WebhookDelivery

GATHERING: Final = 3  # seconds from the first hint to the run: a till that saves fifty invoices starts one
FORGOTTEN: Final = 60  # seconds after which a run that was lost on its way is in nobody's way
SYNCED: Final = frozenset(source.doctype for entity in ENTITIES for source in entity.sources)
EVENTS: Final = frozenset(
    {
        "after_insert", "on_update", "on_submit", "on_cancel", "on_trash", "on_change",
        "on_update_after_submit",
    }
)  # fmt: skip
REASON: Final = "ERPNext told of it by a webhook"


@dataclass(frozen=True)
class Told:
    """What a delivery tells: which event of which DocType its address says, the rest its body."""

    doctype: str
    event: str
    name: str
    modified: str  # as ERPNext stamped it; empty where its webhook does not send it
    body: bytes

    @property
    def digest(self) -> str:
        """The same for a delivery that comes once more, and for no other.

        The signature covers the body alone. So whatever address a captured body is sent to, it is one of
        these few: invented DocTypes and events count as one.
        """
        doctype = self.doctype if self.doctype in SYNCED else ""
        address = urlencode({"doctype": doctype, "event": self.event if self.event in EVENTS else ""})
        return sha256(address.encode() + b"\n" + self.body).hexdigest()


@dataclass(frozen=True)
class Received:
    """What came of a delivery."""

    entity: str  # of which the document is read again; empty: nothing that is synced
    is_repeat: bool


# --- whether to believe it ---------------------------------------------------------------------------------
def check_secret() -> None:
    """Raises WebhookSecretMissingError."""
    if not settings.ERPNEXT.webhook_secret:
        raise WebhookSecretMissingError(
            _(
                "ERPNEXT_WEBHOOK_SECRET is not set on the server: no webhook can be believed. "
                "The clock goes on."
            )
        )


def is_signed(body: bytes, signature: str) -> bool:
    """Whether whoever sent these very bytes knows the secret (API.md 9); nobody does while there is none."""
    secret: str = settings.ERPNEXT.webhook_secret
    ours = base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))
    return bool(secret) and hmac.compare_digest(ours, signature.encode())


# --- what to do about it -----------------------------------------------------------------------------------
@transaction.atomic
def receive(told: Told, *, at: datetime) -> Received:
    """Remember a delivery and have its document read again; a repeat is counted and does nothing else.

    Without a stamp two saves look alike, so then each is looked at.
    """
    entities = list(_entities_reading(told.doctype))
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        digest=told.digest,
        defaults={
            "doctype": told.doctype,
            "event": told.event,
            "erp_name": told.name,
            "erp_modified": told.modified,
            "entity": entities[0] if entities else "",
            "first_at": at,
            "last_at": at,
        },
    )
    if not is_new:
        WebhookDelivery.objects.filter(pk=delivery.pk).update(times=F("times") + 1, last_at=at)
    if is_new or not told.modified:
        _mark(told, entities)
    return Received(delivery.entity, is_repeat=not is_new)


def _entities_reading(doctype: str) -> Iterator[str]:
    """A row of a table inside a document is never told of: ERPNext saves, and tells of, the document."""
    for entity in ENTITIES:
        if any(source.doctype == doctype for source in entity.sources):
            yield entity.name


def _mark(told: Told, entities: list[str]) -> None:
    """What was never looked at will be read whole; to read a few of it first would only slow that down."""
    begun = Cursor.objects.filter(entity__in=entities, doctype=told.doctype)
    for entity in begun.values_list("entity", flat=True):
        marking.mark(entity, told.doctype, [told.name], reason=REASON)
        publish(DocumentTold(entity=entity))


def is_first_told(entity: str) -> bool:
    """Whether no run is on its way yet that will read what is told of an entity."""
    return bool(cache.add(_key(entity), 1, timeout=FORGOTTEN))


def gathered(entity: str) -> None:
    """That run begins: what is told from now on needs another. To be called before it looks for marks."""
    cache.delete(_key(entity))


def _key(entity: str) -> str:
    return f"sync:told:{entity}"
