"""What staff call the columns and tables that a declaration writes."""

from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.sync.engine.declarations import Children, Source

NAMED: Final = 5  # changed columns that one sentence names
BETWEEN: Final = " · "  # some names have commas: “lead time, days”


def field_of(mapped: Source | Children, column: str) -> Any:
    """The model's field; None for one that a change remembers and the model no longer has."""
    try:
        return mapped.model._meta.get_field(column)
    except FieldDoesNotExist:
        return None


def column_label(mapped: Source | Children, column: str) -> str:
    """ "name" for ``name_en``: which language ERPNext speaks is no part of the name."""
    field = field_of(mapped, column)
    if field is None:
        return column.replace("_", " ")
    return str(getattr(field, "translated_field", field).verbose_name)


def told_columns(mapped: Source | Children, differences: dict[str, Any]) -> list[str]:
    """The columns to tell of, in the order of the declaration; of several made of one field, the last."""
    sources = {column.target: column.sources for column in mapped.columns}
    changed = [column for column in mapped.targets if column in differences]
    last = {sources.get(column) or (column,): column for column in changed}
    return list(last.values())


def table_label(table: Children) -> str:
    return str(table.model._meta.verbose_name_plural)


def change_labels(source: Source, differences: dict[str, Any]) -> list[str]:
    """What a change touched, in the order of the declaration: columns first, then tables."""
    columns = told_columns(source, differences)
    tables = [table for table in source.children if table.doctype in differences]
    renamed = [_("name in ERPNext")] if "erp_name" in differences else []
    own = [column_label(source, column) for column in columns]
    return [*renamed, *dict.fromkeys([*own, *(table_label(table) for table in tables)])]


def enumerated(labels: list[str], *, most: int = NAMED) -> str:
    """The first few, and how many more."""
    more = len(labels) - most
    if more <= 0:
        return BETWEEN.join(labels)
    said = ngettext("%(count)d more", "%(count)d more", more) % {"count": more}
    return BETWEEN.join([*labels[:most], said])
