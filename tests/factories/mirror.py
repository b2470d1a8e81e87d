"""What every mirrored record needs before it can be stored."""

from decimal import Decimal
from typing import Any, Final

from django.db import models

STAMP: Final = "2026-02-02 08:05:17.324600"
BLANK: Final[tuple[tuple[type[Any], Any], ...]] = (
    (models.BooleanField, False),
    (models.DecimalField, Decimal(0)),
    (models.IntegerField, 0),
)


def blank_columns(model: type[models.Model]) -> dict[str, Any]:
    """The emptiest value of every column that has no default and may not be null."""
    return {
        field.name: next(value for kind, value in BLANK if isinstance(field, kind))
        for field in model._meta.concrete_fields
        if isinstance(field, tuple(kind for kind, _value in BLANK))
        and not (field.has_default() or field.null or field.primary_key or field.is_relation)
    }


def document(model: type[models.Model], erp_name: str) -> dict[str, Any]:
    """The columns of a document of ERPNext with nothing in it."""
    stamps = {"erp_creation": STAMP, "erp_modified": STAMP}
    return blank_columns(model) | {"erp_name": erp_name} | stamps
