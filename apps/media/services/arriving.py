"""Pictures come in: new ones, and others under the address of one that is there.

A file is written before its row, and over an old one at once: so a row never points at a missing file. What a
crash leaves is a file without a row, or a row that describes the file before; ``tidy`` clears both up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import NotFoundError
from apps.core.events import publish
from apps.core.locks import in_turn
from apps.core.pictures import MOST_BYTES, Copy, Kind, prepare
from apps.media import files
from apps.media.errors import DuplicateError, ReplacedMeanwhileError
from apps.media.events import PictureArrived
from apps.media.models import Asset
from apps.media.naming import new_token, original_name
from apps.media.services.rows import TRACED, check_is_ours, locked, words_of
from apps.media.states import AssetSource, AssetState


@dataclass(frozen=True)
class Arrival:
    """A picture that was opened and made clean, before anything of it is kept."""

    name: str
    picture: Copy
    fingerprint: str  # of what came


def opened(content: bytes, *, name: str, kind: Kind | None = None) -> Arrival:
    """A picture from outside, opened by a child; turned into ``kind`` where an address ends in one.

    Takes seconds: not inside a transaction. Raises PictureRefusedError.
    """
    fingerprint = sha256(content).hexdigest()
    return Arrival(original_name(name), prepare(content, kind=kind).master, fingerprint)


def upload(file: IO[bytes], *, name: str, actor: Actor, is_wanted_twice: bool = False) -> Asset:
    """Take a picture into the library.

    Raises PictureRefusedError, DuplicateError unless ``is_wanted_twice``, StorageError.
    """
    content = file.read(MOST_BYTES + 1)
    if not is_wanted_twice:
        _ensure_new(sha256(content).hexdigest())  # before the work of opening it
    asset = _put(opened(content, name=name), actor=actor)
    try:
        _take_in(asset, actor=actor, is_wanted_twice=is_wanted_twice)
    except DuplicateError:
        files.remove([asset.file])
        raise
    return asset


def take_given(arrival: Arrival, *, text: str, actor: Actor) -> Asset:
    """Take in a picture that ERPNext gives; ``text`` is what it shows, until somebody says it better.

    A part of the caller's transaction, which writes down whose it is. Raises StorageError.
    """
    asset = _put(arrival, actor=actor, source=AssetSource.ERPNEXT, alt={"en": text} if text else {})
    _take_in(asset, actor=actor, is_wanted_twice=True)
    return asset


def _put(arrival: Arrival, *, actor: Actor, **more: Any) -> Asset:
    """The file is there; the row is not yet."""
    asset = Asset(
        token=new_token(),
        kind=arrival.picture.kind.value,
        original_name=arrival.name,
        uploaded_by=actor.label[:200],
        upload_sha256=arrival.fingerprint,
        **_facts(arrival.picture),
        **more,
    )
    asset.known_by = words_of(asset)
    files.put(asset.file, arrival.picture.content, kind=arrival.picture.kind)
    return asset


@transaction.atomic
def _take_in(asset: Asset, *, actor: Actor, is_wanted_twice: bool) -> None:
    if not is_wanted_twice:  # of two who send the same at one moment, the second sees the first one's
        in_turn(f"media:{asset.upload_sha256}")
        _ensure_new(asset.upload_sha256)
    asset.save()
    _announce(asset, "media.given" if asset.is_given else "media.uploaded", actor=actor, before=None)


def replace(asset_id: int, file: IO[bytes], *, name: str, seen_version: int, actor: Actor) -> Asset:
    """Put another picture under the same address; its type stays, since the address ends in it.

    Raises NotFoundError, GivenByErpnextError, PictureRefusedError, StorageError, and ReplacedMeanwhileError
    when the picture is not the one that the person saw.
    """
    there = Asset.objects.filter(pk=asset_id).first()
    if there is None:
        raise NotFoundError(_("The picture is gone: somebody has deleted it."))
    check_is_ours(there)
    arrival = opened(file.read(MOST_BYTES + 1), name=name, kind=there.is_of)
    with transaction.atomic():
        asset = locked(asset_id)
        if asset.version != seen_version:
            raise ReplacedMeanwhileError(
                _("Somebody else has replaced this picture meanwhile. Look at it, then decide again.")
            )
        check_is_ours(asset)
        return _put_in_place(asset, arrival, actor=actor)


def renew_given(asset_id: int, arrival: Arrival, *, actor: Actor) -> Asset:
    """ERPNext has another picture at the same address; ours keeps its own. A part of the caller's
    transaction. Raises NotFoundError, StorageError."""
    return _put_in_place(locked(asset_id), arrival, actor=actor)


def _put_in_place(asset: Asset, arrival: Arrival, *, actor: Actor) -> Asset:
    """File and row say the new picture."""
    before = audit.values_of(asset, *TRACED)
    files.put(asset.file, arrival.picture.content, kind=arrival.picture.kind)
    for field, value in _facts(arrival.picture).items():
        setattr(asset, field, value)
    asset.original_name, asset.upload_sha256 = arrival.name, arrival.fingerprint
    asset.known_by = words_of(asset)
    asset.version += 1
    asset.state, asset.trouble = AssetState.PREPARING, ""
    asset.arrived_at = asset.replaced_at = timezone.now()
    asset.save()
    _announce(asset, "media.replaced", actor=actor, before=before)
    return asset


def _ensure_new(fingerprint: str) -> None:
    twin = Asset.objects.filter(upload_sha256=fingerprint).order_by("id").first()
    if twin is not None:
        raise DuplicateError(twin)


def _facts(picture: Copy) -> dict[str, Any]:
    return {
        "width": picture.width,
        "height": picture.height,
        "frames": picture.frames,
        "size": len(picture.content),
    }


def _announce(asset: Asset, action: str, *, actor: Actor, before: Mapping[str, Any] | None) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=Subject.of(asset),
        before=before,
        after=audit.values_of(asset, *TRACED),
    )
    publish(PictureArrived(asset_id=asset.pk, version=asset.version))
