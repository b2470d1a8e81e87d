"""Whether a record can be used, and whether today lies in its span of days: the same words on every list."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Final

from django.db.models import Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.clock import shop_day

IN_ERPNEXT: Final = filters.yes_no(
    "present", _("In ERPNext"), yes=Q(gone_at=None), words=(_("Still there"), _("Gone"))
)
ACTIVE: Final = filters.yes_no(
    "active", _("Status"), yes=Q(is_active=True), words=(_("Active"), _("Disabled"))
)


class Standing(TextChoices):
    """Where today is, seen from a span of days; both ends are in it, and an open one never comes."""

    NOW = "now", _("In force")
    LATER = "later", _("To come")
    OVER = "over", _("Ended")


FACES: Final = {
    Standing.NOW: Chip(Standing.NOW.label, Tone.WELL),
    Standing.LATER: Chip(Standing.LATER.label, Tone.RUNNING, "schedule"),
    Standing.OVER: Chip(Standing.OVER.label, Tone.QUIET, "event_busy"),
}


def gone() -> Chip:
    """What ERPNext no longer has."""
    return Chip(_now("Gone"), Tone.ACT, "cloud_off")


def usable(record: Any, *, is_active: bool = True) -> Chip:
    """Whether it can be used, in one chip."""
    if record.is_gone:
        return gone()
    return Chip(_now("Active"), Tone.WELL) if is_active else Chip(_now("Disabled"), Tone.QUIET, "block")


def in_force(record: Any, *, begins: date | None, ends: date | None) -> Chip:
    """Where today is in a record's span of days."""
    return gone() if record.is_gone else FACES[standing_on(today(), begins=begins, ends=ends)]


def standing_on(day: date, *, begins: date | None, ends: date | None) -> Standing:
    """Whether a day lies in a span, before it or behind it."""
    if begins is not None and begins > day:
        return Standing.LATER
    return Standing.OVER if ends is not None and ends < day else Standing.NOW


def today() -> date:
    """The shop's day, at the edge where a page begins."""
    return shop_day(timezone.now())


class StandingFilter(filters.ChoiceFilter):
    """What is in force today, what comes and what is over."""

    begins: ClassVar[str]
    ends: ClassVar[str]

    def offered(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Standing.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_set:
            return queryset
        meant = self._conditions(today())
        asked = [meant[option.value] for option in self.options if option.is_set]
        return queryset.filter(reduce(or_, asked)) if asked else queryset.none()

    def _conditions(self, day: date) -> dict[str, Q]:
        begun = Q((self.begins, None)) | Q((f"{self.begins}__lte", day))
        unended = Q((self.ends, None)) | Q((f"{self.ends}__gte", day))
        return {
            Standing.NOW: begun & unended,
            Standing.LATER: Q((f"{self.begins}__gt", day)),
            Standing.OVER: begun & Q((f"{self.ends}__lt", day)),
        }


def standing_filter(*, begins: str, ends: str) -> Any:
    """In force today, to come, or over."""
    return filters.made(StandingFilter, "standing", _("Status"), ("standing",), begins=begins, ends=ends)
