"""Images that ERPNext names are fetched: by the clock, one after the other, a little while each time.

One fetcher at a time, so that ERPNext has one guest; each image under a lease of its own, so that one which
ends its fetcher keeps back no other (docs/adr/0720).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Final

import structlog
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import ErpPicture
from apps.core.actors import Actor
from apps.core.locks import Held, only_one
from apps.core.pictures import PictureRefusedError
from apps.media.errors import StorageError
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.erpnext.files import Known, fetch_file, is_away
from apps.sync.errors import ErpError, ErpFileError, ErpFileRefusedError
from apps.sync.services import gate
from apps.sync.services.connection import check_site
from apps.sync.states import Direction

LOCK: Final = "sync:pictures"
ENTITY: Final = "items"  # whose control says whether anything of them is read
ROUND: Final = 30.0  # seconds of a minute: three thousand images take an hour, and others have their turn
SOON: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # ERPNext, or we, will be back
LATER: Final = tuple(timedelta(hours=hours) for hours in (1, 6, 24))  # somebody has to see to it
log = structlog.get_logger(__name__)


def fetch_pictures(*, actor: Actor, address: Address | None = None, seconds: float = ROUND) -> Counter[str]:
    """Note what products name, and fetch what is due, for so long. Says what became of how many.

    Raises AlreadyRunningError, AnotherSiteError.
    """
    if not gate.allows(ENTITY, Direction.PULL):
        return Counter()
    catalog.note_pictures(at=timezone.now())
    if not ErpPicture.objects.due(timezone.now()).exists():
        return Counter()
    there = address or configured_address()
    check_site(there)
    with only_one(LOCK) as held, Client(there) as erp:
        return _Round(held, erp, actor=actor, until=monotonic() + seconds).go()


@dataclass
class _Round:
    """One fetcher at work."""

    held: Held
    erp: Client
    actor: Actor
    until: float
    tally: Counter[str] = field(default_factory=Counter)
    is_over: bool = False

    def go(self) -> Counter[str]:
        while not self.is_over and monotonic() < self.until:
            self.held.check()
            taken = catalog.take_picture(at=timezone.now())
            if taken is None:
                break
            self.tally[self._outcome(taken)] += 1
        return self.tally

    def _outcome(self, taken: ErpPicture) -> str:
        try:
            return self._brought(taken)
        except (ErpFileRefusedError, PictureRefusedError) as why:
            return self._failed(taken, str(why))
        except ErpFileError as why:
            return self._failed(taken, str(why), steps=LATER)
        except (ErpError, StorageError) as why:
            self.is_over = is_away(why) or isinstance(why, StorageError)
            return self._failed(taken, str(why), steps=SOON)

    def _brought(self, taken: ErpPicture) -> str:
        known = Known(taken.etag, taken.last_modified) if taken.asset_id else Known()
        file = fetch_file(self.erp, taken.path, known=known)
        if file is None:
            catalog.keep_unchanged(taken, at=timezone.now())
            return "unchanged"
        catalog.keep_picture(
            taken,
            file.content,
            name=file.name,
            etag=file.etag,
            last_modified=file.last_modified,
            at=timezone.now(),
            actor=self.actor,
        )
        return "fetched"

    def _failed(self, taken: ErpPicture, why: str, *, steps: tuple[timedelta, ...] = ()) -> str:
        """Tried again after the step that its attempts have led to; never, where no step would help."""
        now = timezone.now()
        again = now + steps[min(taken.attempts, len(steps)) - 1] if steps else None
        catalog.fail_picture(taken, why, at=now, again_at=again)
        log.warning("an image could not be fetched", path=taken.path, why=why)
        return "failed" if steps else "refused"
