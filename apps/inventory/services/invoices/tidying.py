"""Files that a crash left behind, and a notice about a number that ERPNext used otherwise."""

from datetime import datetime, timedelta
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.inventory import files, notices
from apps.inventory.models import InvoiceUpload, LocalBatch
from apps.inventory.states import UploadState
from apps.notifications.models import Notice
from apps.notifications.services import Audience, notify_staff

A_DAY: Final = timedelta(days=1)  # a file that was written just now may have its row in a moment


def tidy_files(*, at: datetime, actor: Actor) -> int:
    """Remove files that no upload keeps, or one that was discarded did. Says how many."""
    old = {name for name, written in files.stored() if written < (at - A_DAY).timestamp()}
    kept = InvoiceUpload.objects.exclude(state=UploadState.DISCARDED).filter(file_key__in=old)
    left = old - set(kept.values_list("file_key", flat=True))
    files.remove(left)
    return len(left)


def tell_contested(local_batch_id: int, *, actor: Actor) -> Notice | None:
    """Tell whoever approves batches that ERPNext has one of our numbers, of another item."""
    batch = LocalBatch.objects.filter(pk=local_batch_id, is_contested=True).select_related("product").first()
    if batch is None:
        return None
    said = _("ERPNext has a batch %(number)s of another item")
    return notify_staff(
        kind=notices.CONTESTED.key,
        title=said % {"number": batch.number},
        text=_(
            "Larder gave that number to %(product)s. It stays apart from ERPNext's until one of the two is "
            "renamed or removed there; the message to ERPNext will say so, too."
        )
        % {"product": batch.product},
        link=_link(),
        to=Audience(permission_key="batches.approve"),
        once=f"{batch.pk}",
        actor=actor,
    )


def _link() -> str:
    try:
        return reverse("admin:inventory_batch_changelist")
    except NoReverseMatch:
        return ""
