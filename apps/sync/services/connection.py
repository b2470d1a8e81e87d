"""How ERPNext stands to us: written when it changes, told to staff, shown wherever it matters."""

from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from apps.core.counts import kept
from apps.core.events import publish
from apps.sync.erpnext import Address
from apps.sync.errors import (
    AnotherSiteError,
    ErpCredentialsError,
    ErpGarbledError,
    ErpUncertainError,
    ErpUnreachableError,
)
from apps.sync.events import ReachChanged
from apps.sync.models import Connection, MirroredSite
from apps.sync.states import Reach

KEPT_AS: Final = "sync:connection"
KEPT: Final = 300  # seconds; a change forgets it at once
REACHES: Final = {
    ErpUnreachableError.code: Reach.UNREACHABLE,
    ErpGarbledError.code: Reach.UNREACHABLE,
    ErpUncertainError.code: Reach.UNREACHABLE,
    ErpCredentialsError.code: Reach.REFUSED,
    AnotherSiteError.code: Reach.ANOTHER_SITE,
}
# They say nothing of ERPNext: it was we who stumbled.
OURS: Final = frozenset({"unexpected", "interrupted", "lock-lost", "already-running"})


def note(problem_code: str, problem: str = "", *, at: datetime | None = None) -> None:
    """Write down what the end of a piece of work says of ERPNext; whatever else it refused, it answered."""
    if problem_code in OURS:
        return
    reach = REACHES.get(problem_code, Reach.WELL)
    if current().reach == reach:
        return
    _change(reach, "" if reach == Reach.WELL else problem, at=at or timezone.now())


@transaction.atomic
def _change(reach: Reach, problem: str, *, at: datetime) -> None:
    """The first to see it tells; whoever comes second finds it written."""
    Connection.objects.get_or_create(pk=1)
    before = Connection.objects.select_for_update().get(pk=1)
    if before.reach == reach:
        return
    Connection.objects.filter(pk=1).update(reach=reach, since=at, problem=problem)
    lasted = max(int((at - before.since).total_seconds()), 0)
    publish(
        ReachChanged(reach=reach.value, problem=problem, was=before.reach, at=at.isoformat(), lasted=lasted)
    )
    transaction.on_commit(_forget, robust=True)


def check_site(address: Address) -> None:
    """Make sure that this is the ERPNext which this database mirrors, if any yet. Raises AnotherSiteError."""
    mirrored = MirroredSite.objects.first()
    if mirrored and mirrored.site != address.site:
        raise AnotherSiteError(
            f"This database mirrors {mirrored.site}, and the settings lead to {address.site}. Two sites "
            "cannot be mixed: use the old address, or run “manage.py sync reset” to begin anew with this one."
        )


def current() -> Connection:
    """How it stands; well as long as nobody has asked."""
    return Connection.objects.filter(pk=1).first() or Connection(pk=1)


def shown() -> Connection:
    """The same for every page's frame: one read of the cache."""
    return kept(KEPT_AS, current, seconds=KEPT)


def _forget() -> None:
    cache.delete(KEPT_AS)
