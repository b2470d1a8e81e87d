"""What a crash, a full disk or a lost message left: found by looking, and put right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.events import publish
from apps.media import files
from apps.media.events import PictureArrived
from apps.media.models import Asset, Rendition
from apps.media.naming import file_name
from apps.media.options import MediaOptions
from apps.media.states import AssetState

AT_ONCE: Final = 500
LATE: Final = timedelta(minutes=10)  # after an upload its sizes should be there


@dataclass(frozen=True)
class Tidied:
    """What was found."""

    removed: int  # files that belong to no picture
    amiss: int  # pictures whose file is gone, or not the one their row describes


def ask_again(*, at: datetime, actor: Actor) -> int:
    """Ask once more for the sizes that should have been made by now. Says of how many pictures."""
    late = list(Asset.objects.waiting(at - LATE).values_list("pk", "version")[:AT_ONCE])
    for asset_id, version in late:
        publish(PictureArrived(asset_id=asset_id, version=version))
    return len(late)


def tidy(*, at: datetime, actor: Actor) -> Tidied:
    """Compare files and rows: remove files that belong to nothing, and look again at rows that do not fit."""
    removed, seen = 0, set()
    for batch in _batches(files.names()):
        orphans = set(batch) - _known(batch)
        seen.update(set(batch) - orphans)
        removed += _remove_old(orphans, before=at - MediaOptions().orphans_kept_for)
    rows = Asset.objects.order_by("pk").iterator(AT_ONCE)
    amiss = sum(_mend(asset, is_there=asset.file in seen) for asset in rows)
    if removed:
        audit.record(
            actor=actor,
            action="media.tidied",
            subject=Subject("media.library", "", "media library"),
            after={"removed": removed},
        )
    return Tidied(removed=removed, amiss=amiss)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, AT_ONCE)):
        yield batch


def _known(names: Iterable[str]) -> set[str]:
    """Which of these files a row speaks of."""
    names = list(names)
    tokens = {name.partition(".")[0] for name in names}
    masters = Asset.objects.filter(token__in=tokens).only("token", "kind")
    copies = Rendition.objects.filter(name__in=names).values_list("name", flat=True)
    return {file_name(asset.token, asset.is_of) for asset in masters} | set(copies)


def _remove_old(names: Iterable[str], *, before: datetime) -> int:
    """Only what lay there long enough: an upload's file is written a moment before its row."""
    old = [name for name in names if (written := files.written_at(name)) and written < before]
    files.remove(old)
    return len(old)


def _mend(asset: Asset, *, is_there: bool) -> bool:
    """Have a picture looked at whose file is gone, came back, or has another size than its row says."""
    if asset.state == AssetState.PREPARING:
        return False
    if asset.state == AssetState.FAILED and not is_there:
        return True  # said already
    if asset.state == AssetState.READY and is_there and files.size_of(asset.file) == asset.size:
        return False
    Asset.objects.filter(pk=asset.pk, version=asset.version).update(state=AssetState.PREPARING, trouble="")
    publish(PictureArrived(asset_id=asset.pk, version=asset.version))
    return True
