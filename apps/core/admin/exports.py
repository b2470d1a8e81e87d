"""The list as a file: exactly the rows that are filtered, in the columns that are shown."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from import_export.fields import Field
from import_export.resources import Resource

from apps.core import audit
from apps.core.actors import Actor
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Column, plain_text
from apps.core.clock import shop_day
from apps.core.errors import InvalidInputError

CHUNK: Final = 2000
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN: Final = (bool, int, float, Decimal, date, time)  # a datetime is a date


class ColumnField(Field):
    """A list's column as a field of import-export."""

    def __init__(self, column: Column, admin: Any) -> None:
        super().__init__(column_name=column.label)
        self.column, self.admin = column, admin

    def __deepcopy__(self, memo: Any) -> "ColumnField":
        return self

    def export(self, instance: models.Model, **kwargs: Any) -> Any:
        return exported(self.column, instance, self.admin)


class ListResource(Resource):
    """import-export's view of one list; rows are read in chunks, never all at once."""

    def __init__(self, columns: Sequence[Column], admin: Any) -> None:
        super().__init__()
        self.fields = {column.name: ColumnField(column, admin) for column in columns}

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def rows(self, queryset: models.QuerySet[Any]) -> Iterator[list[Any]]:
        for record in queryset.iterator(
            chunk_size=CHUNK
        ):  # unlike iter_queryset it pages no prefetches by offset
            yield self.export_resource(record)


def exported(column: Column, record: models.Model, admin: Any) -> Any:
    """A value as a file holds it: figures, days and moments as such, a status as its word."""
    value = column.value(record, admin)
    said = getattr(record, f"get_{column.name}_display", None)
    if said is not None:
        return str(said())
    if isinstance(value, tuple):  # an amount with a currency of its own
        return value[0]
    if isinstance(value, Chip):
        return str(value.word)
    if isinstance(value, models.Model):
        return str(value)
    if value is None or isinstance(value, PLAIN):
        return value
    return plain_text(value) if isinstance(value, SafeString) else str(value)


def export(request: HttpRequest, admin: Any, changelist: Any, *, file_format: str) -> HttpResponseBase:
    """The filtered list as a download. Who took what out of the house is written down first."""
    if file_format not in MAKERS:
        raise InvalidInputError(f"“{file_format}” is not a format we export; choose csv or xlsx.")
    name = f"{admin.opts.model_name}-{shop_day(timezone.now()):%Y-%m-%d}.{file_format}"
    audit.record(
        actor=Actor.of(request.user),
        action=f"{admin.opts.model_name}.exported",
        subject=audit.Subject(admin.opts.label_lower, "", str(admin.opts.verbose_name_plural)),
        after={"file": name, "filters": request.GET.urlencode(), "rows": str(changelist.slice.count)},
    )
    resource = ListResource(changelist.columns, admin)
    return MAKERS[file_format](resource.get_export_headers(), resource.rows(changelist.queryset), name)


def _csv(headers: list[str], rows: Iterator[list[Any]], name: str) -> HttpResponseBase:
    lines = import_string("apps.core.spreadsheets.csv_lines")(headers, rows)
    response = StreamingHttpResponse(lines, content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _xlsx(headers: list[str], rows: Iterator[list[Any]], name: str) -> HttpResponseBase:
    file = import_string("apps.core.spreadsheets.xlsx_file")(headers, rows)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


MAKERS: Final[dict[str, Callable[[list[str], Iterator[list[Any]], str], HttpResponseBase]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
}
