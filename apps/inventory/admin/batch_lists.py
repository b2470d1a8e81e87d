"""Two lists of batches, a tab each: those that ERPNext has, and those that invoices made here."""

from typing import Final

from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import figures
from apps.core.admin.rows import Elsewhere, Segment
from apps.inventory.models import Batch, LocalBatch
from apps.inventory.states import AWAITING

COUNTED_AT_MOST: Final = 100


def segments(here: type[models.Model]) -> list[Segment]:
    """The tabs above both lists; the second says how many ERPNext does not have yet."""
    waiting = LocalBatch.objects.outstanding().count()
    return [
        Segment(_("In ERPNext"), _list_of(Batch), is_here=here is Batch),
        Segment(
            _("Awaiting ERPNext"),
            _list_of(LocalBatch, state=[state.value for state in AWAITING]),
            is_here=here is LocalBatch,
            count=figures.count_text(waiting) if waiting else "",
        ),
    ]


def found_among_local(words: str) -> Elsewhere | None:
    """What a search among ERPNext's batches finds among those that it does not have yet."""
    found = _some(LocalBatch.objects.outstanding().matching(words))
    if not found:
        return None
    said = ngettext(
        "%(n)s batch like this is not in ERPNext yet.",
        "%(n)s batches like this are not in ERPNext yet.",
        found,
    )
    link = _list_of(LocalBatch, q=[words], state=[state.value for state in AWAITING])
    return Elsewhere(said % {"n": _text(found)}, link, ngettext("Show it", "Show them", found))


def found_in_erpnext(words: str) -> Elsewhere | None:
    """What a search among the batches of invoices finds in ERPNext."""
    found = _some(Batch.objects.present().matching(words))
    if not found:
        return None
    said = ngettext("%(n)s batch like this is in ERPNext.", "%(n)s batches like this are in ERPNext.", found)
    return Elsewhere(
        said % {"n": _text(found)}, _list_of(Batch, q=[words]), ngettext("Show it", "Show them", found)
    )


def _some(rows: "models.QuerySet[models.Model]") -> int:
    """How many there are, as far as it is worth counting."""
    return len(rows.order_by().values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])


def _text(number: int) -> str:
    return f"{COUNTED_AT_MOST}+" if number > COUNTED_AT_MOST else str(number)


def _list_of(model: type[models.Model], **narrowed: list[str]) -> str:
    query = QueryDict(mutable=True)
    for name, values in narrowed.items():
        query.setlist(name, values)
    address = reverse(f"admin:inventory_{model._meta.model_name}_changelist")
    return f"{address}?{query.urlencode()}" if narrowed else address
