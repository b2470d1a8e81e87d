"""Items that ERPNext has merged while a message of theirs waited: which one is left, and the message follows.

A merge says nowhere what became of the one: it is gone, and what named it names the other. The fields that a
sync found changed say so, once something that named it was read again.
"""

from collections.abc import Iterator
from typing import Any

from apps.catalog.models import Product
from apps.core.actors import Actor
from apps.core.models import Outgoing
from apps.inventory.services import item_merged
from apps.sync.models import Change


def follow_merged(message: Outgoing, *, actor: Actor) -> bool:
    """Have the message, and all that is like it, say the items that are left. Says whether it does by now."""
    has_followed = False
    for code in dict.fromkeys(_codes_in(message.payload)):
        was, now = _merged(code)
        if was is not None and now is not None:
            item_merged(was, now, actor=actor)
            has_followed = True
    return has_followed and Outgoing.objects.filter(pk=message.pk, revision__gt=message.revision).exists()


def _codes_in(payload: dict[str, Any]) -> Iterator[str]:
    rows = payload.get("lines")
    for row in (payload, *(rows if isinstance(rows, list) else ())):
        code = row.get("item_code") if isinstance(row, dict) else None
        if isinstance(code, str) and code:
            yield code


def _merged(code: str) -> tuple[Product | None, Product | None]:
    """The product of this code that has gone, and the one that took its place, as far as all agree on it."""
    if Product.objects.present().filter(item_code=code).exists():
        return None, None
    was = Product.objects.gone().filter(item_code=code).order_by("-gone_at").first()
    if was is None or was.gone_at is None:
        return None, None
    said = Change.objects.filter(differences__item_code__0=code, at__gte=was.gone_at)
    names = {str(name) for name in said.values_list("differences__item_code__1", flat=True)}
    found = [Product.objects.present().filter(item_code=name).first() for name in names]
    return was, found[0] if len(found) == 1 else None
