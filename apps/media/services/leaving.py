"""Pictures go: only such as nothing shows, and their files after their rows."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.media import files, usage
from apps.media.errors import InUseError
from apps.media.models import Asset
from apps.media.services.rows import TRACED, check_is_ours, locked
from apps.media.states import AssetSource
from apps.media.usage import Use


@transaction.atomic
def delete(asset_id: int, *, actor: Actor) -> None:
    """Take a picture out of the library.

    Raises NotFoundError, GivenByErpnextError, and InUseError while something shows it.
    """
    usage.hold()
    asset = locked(asset_id)
    check_is_ours(asset)
    uses = usage.uses_of([asset.pk])[asset.pk]
    if uses:
        raise InUseError(_said(uses), uses=uses)
    _delete(asset, actor=actor)


@transaction.atomic
def release(asset_id: int, *, actor: Actor) -> None:
    """ERPNext gives the picture no more: it goes, but what something else shows stays, as the library's own.

    Raises NotFoundError.
    """
    usage.hold()
    asset = locked(asset_id)
    if not usage.uses_of([asset.pk])[asset.pk]:
        _delete(asset, actor=actor)
        return
    asset.source = AssetSource.LIBRARY
    asset.save(update_fields=["source"])
    audit.record(
        actor=actor,
        action="media.released",
        subject=Subject.of(asset),
        before={"source": AssetSource.ERPNEXT.value},
        after={"source": AssetSource.LIBRARY.value},
    )


def _delete(asset: Asset, *, actor: Actor) -> None:
    audit.record(
        actor=actor,
        action="media.deleted",
        subject=Subject.of(asset),
        before=audit.values_of(asset, *TRACED),
    )
    names = [asset.file, *asset.renditions.values_list("name", flat=True)]
    _remove(asset)
    transaction.on_commit(lambda: files.remove(names), robust=True)  # what stays behind, tidy() finds


def _remove(asset: Asset) -> None:
    try:
        asset.delete()
    except ProtectedError as why:  # a plain foreign key: protected, though nobody registered its use
        holders = [Use(str(row)) for row in sorted(why.protected_objects, key=str)]
        raise InUseError(_said(holders), uses=holders) from why


def _said(uses: Sequence[Use]) -> str:
    shown = ", ".join(use.title for use in uses[:3])
    more = len(uses) - 3
    where = _("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown
    return _("It is shown by: %(where)s. Choose another picture there first.") % {"where": where}
