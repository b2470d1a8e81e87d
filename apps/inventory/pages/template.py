"""The file that a supplier can be sent to fill in."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import StaffPage, staff_page
from apps.inventory.intake import FileKind, template
from apps.inventory.pages.base import CREATE

TYPES: Final = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@staff_page
class Template(StaffPage):
    """The empty file, to download: ``?as=csv``, else a workbook."""

    title = _("Template for invoices")
    permission_key = CREATE
    route = "inventory/upload/template/"
    url_name = "inventory_upload_template"
    http_method_names = ["get", "head"]  # noqa: RUF012 - as Django declares it

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        kind = FileKind.CSV if request.GET.get("as") == "csv" else FileKind.XLSX
        name = f'attachment; filename="larder-invoice-template.{kind.value}"'
        return HttpResponse(template(kind), content_type=TYPES[kind], headers={"Content-Disposition": name})
