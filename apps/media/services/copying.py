"""The smaller copies of a picture are made: after its upload, by a worker."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.pictures import Copy, PictureRefusedError, Prepared, prepare, sides_below
from apps.media import files
from apps.media.models import Asset, Rendition
from apps.media.naming import file_name
from apps.media.services.rows import locked
from apps.media.states import AssetState


def make_copies(asset_id: int, *, version: int, actor: Actor) -> None:
    """Make every copy of this version; one that was replaced or deleted meanwhile is somebody else's.

    Safe to run twice. What is in the way is written on the picture. Raises StorageError.
    """
    asset = Asset.objects.filter(pk=asset_id, version=version).first()
    content = files.read(asset.file) if asset else None
    if asset is None:
        return
    if content is None:
        _fail(asset, _("Its file is gone from the storage. Put it back under Replace."))
        return
    sides = {*sides_below(max(asset.width, asset.height)), *_promised(asset)}
    try:
        prepared = prepare(content, kind=asset.is_of, sides=sorted(sides))
    except PictureRefusedError as why:
        _fail(asset, str(why))
        return
    _keep(asset, prepared, size=len(content))


def _promised(asset: Asset) -> set[int]:
    """The sides whose addresses somebody may have taken, of the picture that was here before."""
    return set(Rendition.objects.filter(asset=asset, side__gt=0).values_list("side", flat=True))


@transaction.atomic
def _keep(seen: Asset, prepared: Prepared, *, size: int) -> None:
    """Write the copies and, of the picture itself, what its file is: a crash may have parted the two."""
    asset = locked(seen.pk)
    if asset.version != seen.version:
        return
    for copy in prepared.renditions:
        files.put(file_name(asset.token, copy.kind, copy.side), copy.content, kind=copy.kind)
    Rendition.objects.filter(asset=asset).delete()
    Rendition.objects.bulk_create([_row(asset, copy) for copy in prepared.renditions])
    asset.size, asset.frames = size, prepared.master.frames
    asset.width, asset.height = prepared.master.width, prepared.master.height
    asset.state, asset.trouble = AssetState.READY, ""
    asset.save(update_fields=["size", "frames", "width", "height", "state", "trouble"])


def _row(asset: Asset, copy: Copy) -> Rendition:
    return Rendition(
        asset=asset,
        name=file_name(asset.token, copy.kind, copy.side),
        kind=copy.kind.value,
        side=copy.side,
        width=copy.width,
        height=copy.height,
        size=len(copy.content),
    )


def _fail(asset: Asset, trouble: str) -> None:
    Asset.objects.filter(pk=asset.pk, version=asset.version).update(
        state=AssetState.FAILED, trouble=trouble[:300]
    )
