"""Second step: which column of the file is what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import staff_page
from apps.core.clock import shop_day
from apps.core.errors import DomainError
from apps.inventory import reports, services
from apps.inventory.errors import RowsRefusedError
from apps.inventory.intake import REQUIRED, Field
from apps.inventory.pages.base import InvoicePage
from apps.inventory.pages.starting import sent_file
from apps.inventory.preview import Column, Preview, preview
from apps.inventory.states import OPEN

BAD_SHOWN: Final = 100
NUMBER: Final = re.compile(r"[0-9]{1,4}")
MEANINGS: Final[dict[Field, Promise]] = {
    Field.NAME: _("What it is called on the invoice."),
    Field.BUY_PRICE: _("What one unit of the quantity costs, after discount and without VAT."),
    Field.SELL_PRICE: _("What customers pay for one piece, with VAT."),
    Field.QUANTITY: _("How many were delivered: cases, or pieces."),
    Field.PART_NUMBER: _("The supplier's own number. It is learned."),
    Field.EXPIRY: _("Best before or use by."),
    Field.PACK_SIZE: _("How many pieces one unit of the quantity has: 6, 6 x 1 L."),
    Field.UNIT: _("kg, piece, case and the like."),
    Field.VAT_RATE: _("In percent. Without it the setting “VAT where an invoice names none” counts."),
    Field.BARCODE: _("Of one piece."),
}


@dataclass(frozen=True)
class Row:
    """One field, and the column that is chosen for it."""

    field: Field
    column: Column | None

    @property
    def meaning(self) -> Promise:
        return MEANINGS[self.field]

    @property
    def is_required(self) -> bool:
        return self.field in REQUIRED

    @property
    def is_missing(self) -> bool:
        return self.is_required and self.column is None

    @property
    def samples(self) -> Sequence[str]:
        return [cell for cell in self.column.cells if cell][:3] if self.column else []


@staff_page
class Columns(InvoicePage):
    """Columns."""

    title = _("Columns")
    route = "inventory/upload/<int:upload_id>/columns/"
    url_name = "inventory_invoice_columns"
    template_name = "inventory/upload/columns.html"
    parts: ClassVar = {"up-columns": "inventory/upload/columns_part.html"}
    step = "columns"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.upload.state not in OPEN:
            return self.to_step()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What a chosen column changes is read at once: bad rows are seen before anything is pressed."""
        chosen, refusal = kwargs.pop("chosen", None), kwargs.pop("refusal", "")
        if chosen is None and self.part:
            chosen = chosen_in(self.request.GET)
        found: Preview | None = None
        try:
            found = preview(self.upload, chosen=chosen, today=shop_day(timezone.now()))
        except DomainError as why:
            refusal = str(why)
        return super().get_context_data(**kwargs) | {
            "found": found,
            "same_files": [] if self.part else reports.same_files(self.upload),
            "refusal": refusal or (found.refusal if found else ""),
            "rows": list(_rows(found)) if found else [],
            "bad": found.errors[:BAD_SHOWN] if found else [],
            "bad_left": found.error_count - BAD_SHOWN if found else 0,
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read every row by the chosen columns, or take another file instead."""
        if request.POST.get("do") == "replace":
            return self._replaced()
        chosen = chosen_in(request.POST)
        try:
            services.set_columns(self.upload.pk, mapping=chosen, actor=self.actor)
        except RowsRefusedError:
            return self.render_to_response(self.get_context_data(chosen=chosen))
        except DomainError as why:
            return self._refused(why, chosen)
        return self.to_step("match")

    def _refused(self, why: DomainError, chosen: Mapping[str, int]) -> HttpResponse:
        self.upload.refresh_from_db()
        if self.upload.state not in OPEN:
            messages.warning(self.request, str(why))
            return self.to_step()
        return self.render_to_response(self.get_context_data(chosen=chosen, refusal=str(why)))

    def _replaced(self) -> HttpResponse:
        try:
            file = sent_file(self.request)
            services.replace_file(
                self.upload.pk, cast("IO[bytes]", file), file_name=file.name or "", actor=self.actor
            )
        except DomainError as why:
            messages.warning(self.request, str(why))
        return self.to_step("columns")


def chosen_in(sent: Mapping[str, str]) -> dict[str, int]:
    """Field → place of its column, of those that are chosen."""
    found = {field.value: sent.get(f"column-{field.value}", "") for field in Field}
    return {name: int(text) for name, text in found.items() if NUMBER.fullmatch(text)}


def _rows(found: Preview) -> Iterator[Row]:
    by_index = {column.index: column for column in found.columns}
    for field in Field:
        index = found.chosen.get(field)
        yield Row(field, by_index.get(index) if index is not None else None)
