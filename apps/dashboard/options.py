"""What staff may tune about the figures on dashboards."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.options import Choice, OptionGroup, Section

RANGES: Final = {1: _("Today"), 7: _("7 days"), 28: _("28 days"), 90: _("90 days")}


class Compare(TextChoices):
    """What a span is compared with."""

    WEEKDAYS = "weekdays", _("The same weekdays before")
    SPAN = "span", _("The span right before")
    YEAR = "year", _("The same days a year before")


class AnalyticsOptions(OptionGroup):
    """What a dashboard shows to whoever asks for nothing else."""

    key, title, icon, order = "analytics", _("Analytics"), "monitoring", 15
    section = Section.SHOP

    default_range = Choice(
        _("Default range"),
        default="28",
        choices=[(str(days), words) for days, words in RANGES.items()],
        hint=_("Which days a dashboard opens with."),
    )
    compare_with = Choice(
        _("Compare with"),
        default=Compare.WEEKDAYS.value,
        choices=Compare.choices,
        hint=_("A Saturday beside a Saturday tells more than beside a Friday: weeks are set off by weeks."),
    )
