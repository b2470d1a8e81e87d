"""The columns of a list: what each is called, how it reads, and what it sorts by."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from html import unescape
from typing import Any, Final, TypeVar

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core import figures
from apps.core.admin.chips import Chip, chip_for
from apps.core.admin.links import profile_link
from apps.core.templatetags import larder as say

ENDS_A_LINE: Final = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr|/td)\b", re.IGNORECASE)
Words = str | Promise  # at class level they are lazy
Method = TypeVar("Method", bound=Callable[..., Any])


class Kind(StrEnum):
    """How a column's values read, and on which side they stand."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    QUANTITY = "quantity"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    DAY = "day"
    MOMENT = "moment"
    YES_NO = "yes-no"
    CHIP = "chip"

    @property
    def is_figure(self) -> bool:
        return self in {Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.PERCENT, Kind.DURATION}


def column(label: Words, *, order: str = "", kind: Kind = Kind.TEXT) -> Callable[[Method], Method]:
    """Make an admin's method a column: its heading, the field it sorts by, and how its value reads."""

    def decorate(method: Method) -> Method:
        method.short_description = label  # type: ignore[attr-defined]
        method.kind = kind  # type: ignore[attr-defined]
        if order:
            method.admin_order_field = order  # type: ignore[attr-defined]
        return method

    return decorate


@dataclass(frozen=True)
class Column:
    """A column of one list, ready for its head and its cells."""

    name: str
    label: str
    kind: Kind
    order: str
    entry: Any

    @property
    def is_figure(self) -> bool:
        return self.kind.is_figure

    def cell(self, record: models.Model, admin: Any) -> SafeString | str:
        """The value of a record as a person reads it; a dash for none, never a nought for unknown."""
        return rendered(self.value(record, admin), self.kind, record=record, name=self.name)

    def value(self, record: models.Model, admin: Any) -> Any:
        """The value itself, for an export or a sum."""
        if callable(self.entry):  # the usual case, and an export asks it a million times
            return self.entry(record)
        try:
            field, _attribute, value = lookup_field(self.entry, record, admin)
        except ObjectDoesNotExist:
            return None
        if field is not None and field.is_relation:
            return getattr(record, field.name)
        return value


def column_of(admin: Any, entry: Any) -> Column:
    """The column that an entry of ``list_display`` stands for: a field, a method, or an upper app's value."""
    name = entry.__name__ if callable(entry) else entry
    entry = _method(admin, name) or entry
    field = None if callable(entry) else _field(admin.model, name)
    if field is not None:
        order = "" if field.is_relation else field.name
        return Column(name, capfirst(str(getattr(field, "verbose_name", name))), _kind_of(field), order, name)
    label, attribute = label_for_field(entry, admin.model, admin, return_attr=True)
    order = getattr(attribute, "admin_order_field", name if "__" in name else "")
    return Column(name, capfirst(str(label)), getattr(attribute, "kind", Kind.TEXT), order, entry)


def _method(admin: Any, name: str) -> Any:
    """The admin's own column of that name: Django would look at the model's field first."""
    method = getattr(admin, name, None)
    return method if hasattr(method, "short_description") else None


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


KIND_OF_FIELD: tuple[tuple[type[Any], Kind], ...] = (
    (models.BooleanField, Kind.YES_NO),
    (models.DateTimeField, Kind.MOMENT),
    (models.DateField, Kind.DAY),
    (models.DecimalField, Kind.QUANTITY),
    (models.AutoField, Kind.CODE),
    (models.IntegerField, Kind.COUNT),
)


def _kind_of(field: Any) -> Kind:
    if getattr(field, "choices", None):
        return Kind.CHIP
    return next((kind for type_, kind in KIND_OF_FIELD if isinstance(field, type_)), Kind.TEXT)


def rendered(
    value: Any, kind: Kind, *, record: models.Model | None = None, name: str = ""
) -> SafeString | str:
    """A value as it reads on a screen; another record is a link to its profile."""
    if isinstance(value, Chip):
        return value.__html__()
    if isinstance(value, models.Model):
        return profile_link(value)
    if value is None or value == "":
        return figures.NONE
    if kind is Kind.CHIP and record is not None:
        return chip_for(record, name).__html__()
    if kind is Kind.YES_NO:
        return _yes_no(bool(value))
    if kind is Kind.MONEY and isinstance(value, tuple):  # an amount with a currency of its own
        return say.money(*value)
    if kind is Kind.MONEY:
        return say.money(value, getattr(record, "currency", ""))
    return conditional_escape(READS.get(kind, _plain)(value))


def plain_text(html: str) -> str:
    """What a text field of ERPNext's editor says, without its markup."""
    return " ".join(unescape(strip_tags(ENDS_A_LINE.sub(r" \g<0>", html))).split())


def _plain(value: Any) -> SafeString | str:
    """By what it is, where nothing was said: a Decimal is a quantity, a moment a moment."""
    if isinstance(value, Decimal):
        return say.quantity(value)
    if isinstance(value, datetime):
        return say.moment(value)
    return say.day(value) if isinstance(value, date) else format_html("<bdi>{}</bdi>", value)


def _yes_no(value: bool) -> SafeString:
    word, mark = (_("Yes"), "check") if value else (_("No"), "remove")
    return format_html(
        '<span class="ll-yes-no {}" title="{}">{}<span class="lr-hidden-text">{}</span></span>',
        "ll-yes" if value else "ll-no",
        word,
        say.icon(mark, "lr-icon-small"),
        word,
    )


READS: dict[Kind, Callable[[Any], SafeString | str]] = {
    Kind.CODE: say.code,
    Kind.COUNT: say.count,
    Kind.QUANTITY: say.quantity,
    Kind.PERCENT: say.percent,
    Kind.DURATION: say.duration,
    Kind.DAY: say.day,
    Kind.MOMENT: say.moment,
}
