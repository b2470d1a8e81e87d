"""What narrows a list. Each filter shows one control in the sheet, and one removable chip per value set.

They are Django's list filters, so ``list_filter`` takes them, but plain native controls in one GET form: no
script of theirs, nothing fetched until it is used.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.contrib.admin.filters import ListFilter
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import figures, panels
from apps.core.admin.columns import Words
from apps.core.clock import day_named, midnight, shop_day

OFFERED_AT_MOST: Final = 300


@dataclass(frozen=True)
class SetFilter:
    """One value that narrows the list now: how it reads, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Choice:
    """One value that a filter offers."""

    value: str
    label: str
    is_set: bool


class ShopFilter(ListFilter):
    """The base: takes its parameters out of the address, offers a control, tells what is set."""

    control: ClassVar[str]
    parameters: tuple[str, ...] = ()

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[models.Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.model = model
        self.given = {name: params.pop(name) for name in self.parameters if name in params}
        self.given = {name: [text for text in texts if text] for name, texts in self.given.items()}
        self.used_parameters = {name: texts for name, texts in self.given.items() if texts}

    @property
    def template(self) -> str:  # type: ignore[override]
        return f"larder/list/filters/{self.control}.html"

    @property
    def is_set(self) -> bool:
        return bool(self.used_parameters)

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.parameters)

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield from ()

    def set_values(self, changelist: Any) -> Iterable[SetFilter]:
        """What is set, each with the address that unsets it."""
        raise NotImplementedError

    def without(self, changelist: Any, name: str, value: str | None = None) -> str:
        """The list's address without one value of a parameter, or without all of them."""
        left = [text for text in self.given.get(name, []) if value is not None and text != value]
        return str(changelist.get_query_string({name: left or None}))


class ChoiceFilter(ShopFilter):
    """Any of several values, ticked: a status, a source. Subclasses are made by :func:`choice`."""

    control = "choices"
    lookup: ClassVar[str]

    def offered(self) -> list[tuple[str, str]]:
        field = _last_field(self.model, self.lookup)
        return [(str(value), str(label)) for value, label in field.flatchoices]

    @property
    def options(self) -> list[Choice]:
        chosen = self.given.get(self.parameters[0], [])
        return [Choice(value, label, value in chosen) for value, label in self.offered()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        chosen = [option.value for option in self.options if option.is_set]
        return queryset.filter(**{f"{self.lookup}__in": chosen}) if self.is_set else queryset

    def set_values(self, changelist: Any) -> Iterable[SetFilter]:
        known = {option.value: option.label for option in self.options}
        for value in self.given.get(self.parameters[0], []):
            without = self.without(changelist, self.parameters[0], value)
            yield SetFilter(str(self.title), known.get(value, value), without)


class RelatedFilter(ChoiceFilter):
    """One of the rows that a foreign key points to, by name: a category, a run."""

    control = "select"

    def offered(self) -> list[tuple[str, str]]:
        pairs = ((str(row.pk), str(row)) for row in self.rows())
        return sorted(pairs, key=lambda pair: pair[1].casefold())

    def rows(self) -> list[models.Model]:
        """What stands to choose from, and in any case what is chosen: a link may have led here."""
        offered = list(self._related()[:OFFERED_AT_MOST])
        known = {str(row.pk) for row in offered}
        beyond = [key for key in self._keys if key not in known]
        return [*offered, *self._related().filter(pk__in=beyond)] if beyond else offered

    def _related(self) -> "models.QuerySet[Any]":
        related = _last_field(self.model, self.lookup).related_model
        return related.objects.all()  # type: ignore[no-any-return]

    @property
    def _keys(self) -> list[str]:
        """What was asked for, as far as it can be a key."""
        return [text for text in self.given.get(self.parameters[0], []) if re.fullmatch("[0-9]{1,18}", text)]

    @property
    def options(self) -> list[Choice]:
        if not hasattr(self, "_options"):
            self._options = super().options
        return self._options


class RecordFilter(RelatedFilter):
    """One record out of too many to choose from: a link leads here, and its tick is all that is shown."""

    control = "choices"

    def rows(self) -> list[models.Model]:
        return list(self._related().filter(pk__in=self._keys)) if self._keys else []

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if not self.is_set:
            return queryset
        theirs = {f"{self.lookup}__in": self._keys}
        if LOOKUP_SEP not in self.lookup:
            return queryset.filter(**theirs)
        found = self.model.objects.filter(**theirs)  # type: ignore[attr-defined]
        return queryset.filter(pk__in=found.values("pk"))  # a join would show twice what belongs twice


class NamedFilter(RelatedFilter):
    """One of the rows that a text column names: a territory, a tier."""

    among: ClassVar[Callable[[], Iterable[str]]]

    def offered(self) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(set(type(self).among()), key=str.casefold)]


class DistinctFilter(RelatedFilter):
    """One of the values that a text column has: a brand, a territory."""

    def offered(self) -> list[tuple[str, str]]:
        values = (
            self.model.objects.order_by()  # type: ignore[attr-defined]
            .exclude(**{self.lookup: ""})
            .exclude(**{f"{self.lookup}__isnull": True})
        )
        found = values.values_list(self.lookup, flat=True).distinct()[:OFFERED_AT_MOST]
        return sorted(((str(value), str(value)) for value in found), key=lambda pair: pair[1].casefold())


class YesNoFilter(ShopFilter):
    """Yes, no, or either. ``yes`` is the condition that a row meets."""

    control = "yes_no"
    yes: ClassVar[models.Q]
    words: ClassVar[tuple[Words, Words]]

    @property
    def chosen(self) -> str:
        return next((text for text in self.given.get(self.parameters[0], []) if text in {"yes", "no"}), "")

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if not self.chosen:
            return queryset
        return queryset.filter(self.yes if self.chosen == "yes" else ~self.yes)

    def set_values(self, changelist: Any) -> Iterable[SetFilter]:
        if self.chosen:
            word = self.words[0] if self.chosen == "yes" else self.words[1]
            yield SetFilter(str(self.title), str(word), self.without(changelist, self.parameters[0]))


class DayFilter(ShopFilter):
    """From one day of the shop's calendar to another, both included; or the last so many days."""

    control = "days"
    lookup: ClassVar[str]
    spans: ClassVar[dict[str, tuple[Words, int]]] = {
        "today": (gettext_lazy("today"), 1),
        "7d": (gettext_lazy("last 7 days"), 7),
        "28d": (gettext_lazy("last 28 days"), 28),
        "90d": (gettext_lazy("last 90 days"), 90),
    }

    @property
    def span(self) -> str:
        return next((text for text in self.given.get(self.parameters[0], []) if text in self.spans), "")

    @property
    def span_choices(self) -> list[Choice]:
        return [Choice(value, str(words), value == self.span) for value, (words, _days) in self.spans.items()]

    def day(self, which: int) -> date | None:
        """The first (1) or the last (2) day that was asked for; none when it is no day."""
        return day_named(next(iter(self.given.get(self.parameters[which], [])), ""))

    @property
    def first_text(self) -> str:
        return next(iter(self.given.get(self.parameters[1], [])), "")

    @property
    def last_text(self) -> str:
        return next(iter(self.given.get(self.parameters[2], [])), "")

    @property
    def complaint(self) -> str:
        """What is wrong with what was typed, to stand at the field."""
        for which in (1, 2):
            text = next(iter(self.given.get(self.parameters[which], [])), "")
            if text and self.day(which) is None:
                return _("“%s” is not a day: write it as 2026-11-23.") % text
        first, last = self.day(1), self.day(2)
        return _("The last day is before the first.") if first and last and last < first else ""

    def days(self) -> tuple[date | None, date | None]:
        if self.span:
            today = shop_day(timezone.now())
            return today - timedelta(days=self.spans[self.span][1] - 1), today
        return self.day(1), self.day(2)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        first, last = self.days()
        is_day = not isinstance(_last_field(self.model, self.lookup), models.DateTimeField)
        if first:
            queryset = queryset.filter(**{f"{self.lookup}__gte": first if is_day else midnight(first)})
        if last:
            after = last + timedelta(days=1)
            queryset = queryset.filter(**{f"{self.lookup}__lt": after if is_day else midnight(after)})
        return queryset

    def set_values(self, changelist: Any) -> Iterable[SetFilter]:
        if self.span:
            yield SetFilter(
                str(self.title), str(self.spans[self.span][0]), self.without(changelist, self.parameters[0])
            )
            return
        today = shop_day(timezone.now())
        for which, word in ((1, _("from %s")), (2, _("to %s"))):
            day = self.day(which)
            if day:
                without = self.without(changelist, self.parameters[which])
                yield SetFilter(str(self.title), word % figures.day_text(day, today=today), without)


class ComingFilter(DayFilter):
    """Days ahead instead of days past: what expires soon, or has."""

    spans: ClassVar[dict[str, tuple[Words, int]]] = {
        "past": (gettext_lazy("before today"), 0),
        "7d": (gettext_lazy("next 7 days"), 7),
        "28d": (gettext_lazy("next 28 days"), 28),
        "90d": (gettext_lazy("next 90 days"), 90),
    }

    def days(self) -> tuple[date | None, date | None]:
        if not self.span:
            return super().days()
        today, length = shop_day(timezone.now()), self.spans[self.span][1]
        last = today + timedelta(days=length - 1)
        return (today, last) if length else (None, last)


def _last_field(model: type[models.Model], lookup: str) -> Any:
    """The field at the end of a path such as ``category__parent``."""
    field: Any = None
    for step in lookup.split(LOOKUP_SEP):
        field = model._meta.get_field(step)
        model = field.related_model or model
    return field


def made(base: type[ShopFilter], lookup: str, label: Words, parameters: tuple[str, ...], **more: Any) -> Any:
    """A filter as a class, which is how Django takes it."""
    title = label or capfirst(lookup.replace(LOOKUP_SEP, " "))
    return type(base.__name__, (base,), {"title": title, "lookup": lookup, "parameters": parameters, **more})


def choice(lookup: str, label: Words) -> Any:
    """Tick boxes of a field's choices."""
    return made(ChoiceFilter, lookup, label, (lookup,))


def related(lookup: str, label: Words) -> Any:
    """A select of the rows behind a foreign key."""
    return made(RelatedFilter, lookup, label, (lookup,))


def record(lookup: str, label: Words) -> Any:
    """One record of a long table, as a link elsewhere names it."""
    return made(RecordFilter, lookup, label, (lookup.rpartition(LOOKUP_SEP)[2],))


def named(lookup: str, label: Words, *, among: Callable[[], Iterable[str]]) -> Any:
    """A select of the names of another table's rows."""
    return made(NamedFilter, lookup, label, (lookup,), among=staticmethod(among))


def distinct(lookup: str, label: Words) -> Any:
    """A select of the values that a column has."""
    return made(DistinctFilter, lookup, label, (lookup,))


def yes_no(parameter: str, label: Words, *, yes: models.Q, words: tuple[Words, Words]) -> Any:
    """Either, or the rows that meet the condition, or those that do not."""
    return made(YesNoFilter, parameter, label, (parameter,), yes=yes, words=words)


def coming(lookup: str, label: Words) -> Any:
    """Within the next days, or before today."""
    return made(ComingFilter, lookup, label, (lookup, f"{lookup}_from", f"{lookup}_to"))


def days(lookup: str, label: Words) -> Any:
    """From a day to a day of the shop's calendar."""
    return made(DayFilter, lookup, label, (lookup, f"{lookup}_from", f"{lookup}_to"))


class PanelFilter(ChoiceFilter):
    """A filter that an upper app put on a lower app's list."""

    control = "select"
    part: ClassVar[panels.ListFilter]

    def offered(self) -> list[tuple[str, str]]:
        return self.part.choices()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        chosen = [option.value for option in self.options if option.is_set]
        return self.part.narrow(queryset, chosen[0]) if chosen else queryset


def panel_filter(part: panels.ListFilter) -> Any:
    """An upper app's filter, as a list takes it."""
    return made(PanelFilter, part.name, part.title, (part.name,), part=part)
