"""Filters that lists share."""

from typing import Any, Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django_filters.rest_framework import CharFilter, DateFilter

from apps.core.clock import FIRST_DAY, LAST_DAY

LONGEST: Final = 100  # characters of a filter's text


class TextFilter(CharFilter):  # type: ignore[misc]
    """A text of bounded length."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST, **options})


class DayFilter(DateFilter):  # type: ignore[misc]
    """A calendar day as ``2026-11-23``, of a year in which a shop can have traded."""

    def __init__(self, *args: Any, **options: Any) -> None:
        bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(*args, input_formats=["%Y-%m-%d"], validators=bounds, **options)
