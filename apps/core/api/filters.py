"""Filters that lists share. What they cannot read they refuse: a filter that is overlooked shows too much."""

from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django_filters.rest_framework import CharFilter, DateFilter, Filter, TypedChoiceFilter
from drf_spectacular.drainage import set_override

from apps.core.clock import FIRST_DAY, LAST_DAY

LONGEST: Final = 100  # characters of a filter's text


def _described(own: Filter, **schema: Any) -> None:
    """Say in the schema exactly what the filter takes."""
    set_override(own, "field", {**schema, "description": str(own.label)})


class TextFilter(CharFilter):  # type: ignore[misc]
    """A text of bounded length."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST, **options})
        _described(self, type="string", maxLength=LONGEST, pattern=r"^[^\u0000]*$")


class FlagFilter(TypedChoiceFilter):  # type: ignore[misc]
    """``true`` or ``false``; django-filter's own takes anything else for *either*."""

    def __init__(self, *args: Any, **options: Any) -> None:
        words = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=words, coerce=lambda word: word == "true", **options)
        _described(self, type="boolean")


class IdFilter(Filter):  # type: ignore[misc]
    """The id of one record."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, min_value=1, **options)
        _described(self, type="integer", minimum=1)


class MoneyFilter(Filter):  # type: ignore[misc]
    """An amount of money as ``2.50``."""

    field_class = forms.DecimalField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, min_value=0, max_digits=12, decimal_places=2, **options)
        _described(self, type="string", format="decimal", pattern=r"^[0-9]{1,10}(\.[0-9]{1,2})?$")


class DayFilter(DateFilter):  # type: ignore[misc]
    """A calendar day as ``2026-11-23``, of a year in which a shop can have traded."""

    def __init__(self, *args: Any, **options: Any) -> None:
        bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(*args, input_formats=["%Y-%m-%d"], validators=bounds, **options)
