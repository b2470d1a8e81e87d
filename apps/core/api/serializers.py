"""Base serializers: what comes in is strict, what goes out can be narrowed."""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from apps.core.money import money


class StrictSerializer(serializers.Serializer[Any]):
    """For writes: a field that is not known is refused instead of silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as why:
            raise serializers.ValidationError({**_as_dict(why.detail), **unknown}) from why
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        if not isinstance(data, Mapping):
            return {}
        known = {name for name, field in self.fields.items() if not field.read_only}
        complaint = ErrorDetail(_("There is no such field."), code="unknown")
        return {str(name): [complaint] for name in data if name not in known}


def _as_dict(detail: Any) -> dict[str, Any]:
    return dict(detail) if isinstance(detail, Mapping) else {"non_field_errors": detail}


class OutSerializer(serializers.Serializer[Any]):
    """For reads: ``?fields=id,title`` gives only these (the list views put them into the context)."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        wanted: list[str] = self.context.get("fields", []) if self._is_outermost else []
        unknown = [name for name in wanted if name not in fields]
        if unknown:
            complaint = _("There is no field “%(name)s”.") % {"name": unknown[0]}
            raise serializers.ValidationError({"fields": [ErrorDetail(complaint, code="unknown")]})
        return {name: fields[name] for name in wanted} if wanted else fields

    @property
    def _is_outermost(self) -> bool:
        in_outermost_list = isinstance(self.parent, serializers.ListSerializer) and self.parent is self.root
        return self is self.root or in_outermost_list


@extend_schema_field({"type": "string", "pattern": "^[1-9][0-9]*$", "example": "42"})
class IdField(serializers.IntegerField):
    """The id of one of our rows: text for whoever calls, so that nobody counts with it; a number here."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, **options)

    def to_representation(self, value: Any) -> str:  # type: ignore[override]
        return str(value)


@extend_schema_field(
    {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "format": "decimal", "example": "12.50"},
            "currency": {"type": "string", "example": "GBP"},
        },
    }
)
class MoneyField(serializers.Field[Any, Any, dict[str, str], Any]):
    """An amount as text with its currency, rounded to what the shop shows; read only.

    ``currency`` names where it stands (``order.currency``); without one it is the shop's.
    """

    def __init__(self, *, currency: str = "", **options: Any) -> None:
        super().__init__(read_only=True, **options)
        self.currency = currency

    def get_attribute(self, instance: Any) -> tuple[Decimal, str]:
        currency = attrgetter(self.currency)(instance) if self.currency else ""
        amount: Decimal = super().get_attribute(instance)  # type: ignore[assignment]  # columns are never null
        return amount, currency or settings.SHOP_CURRENCY

    def to_representation(self, value: tuple[Decimal, str]) -> dict[str, str]:
        amount, currency = value
        return {"amount": format(money(amount), "f"), "currency": currency}
