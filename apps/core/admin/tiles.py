"""A dashboard tile: every number says what it means, against what, and how fresh it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from apps.core.figures import NONE, Number


@dataclass(frozen=True)
class Tile:
    """One figure. ``value`` is already words ("£1,234.50"); ``change`` is a share of what was before, and
    ``lead`` says what changed where that is not the value itself."""

    label: str | Promise
    icon: str
    value: str = NONE
    meaning: str | Promise = ""
    lead: str | Promise = ""
    change: Number | None = None
    span: str | Promise = ""
    good: str = "up"
    points: Sequence[Number] = field(default_factory=tuple)
    link: str = ""
    as_of: datetime | None = None
    stale: str = ""
