"""What can be asked of the library."""

from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Func, Q

from apps.core.words import in_words, searched, words_of
from apps.media import usage
from apps.media.states import AssetState

if TYPE_CHECKING:
    from apps.media.models import Asset  # noqa: F401

# The index on the library is built on this very expression: change both or neither.
ASSET_WORDS = words_of("known_by")


class AssetQuerySet(models.QuerySet["Asset"]):
    """Pictures."""

    def matching(self, typed: str) -> Self:
        """Pictures whose name, alternative text or tags have these words, or their beginnings."""
        every = self.model._base_manager.all()
        return searched(self, typed, lambda wanted: in_words(every, ASSET_WORDS, wanted))

    def tagged(self, tag: str) -> Self:
        return self.filter(tags__contains=[tag])

    def unused(self) -> Self:
        """What no registered place shows."""
        return self.exclude(reduce(lambda one, other: one | other, usage.used(), Q(pk__in=[])))

    def waiting(self, before: datetime) -> Self:
        """Whose sizes should have been made by now; a lost message costs minutes."""
        return self.filter(state=AssetState.PREPARING, arrived_at__lt=before)

    def all_tags(self) -> list[str]:
        """Every tag that is in use, in the order of the alphabet."""
        found = self.order_by().annotate(tag=Func("tags", function="unnest")).values_list("tag", flat=True)
        return sorted(found.distinct())
