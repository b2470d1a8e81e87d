"""Fourth step: what will be made of the invoice, and the button that makes it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import staff_page
from apps.core.errors import DomainError
from apps.inventory import reports, services
from apps.inventory.errors import UploadClosedError
from apps.inventory.pages.base import InvoicePage
from apps.inventory.pages.matching import remarks
from apps.inventory.states import PriceKind, UploadState

TOLD: Final[dict[str, Promise]] = {
    "batch": _("Batches"),
    "purchase_receipt": _("Draft purchase receipt"),
    "item_price": _("Prices"),
}


@staff_page
class Confirm(InvoicePage):
    """Confirm."""

    title = _("Confirm")
    route = "inventory/upload/<int:upload_id>/confirm/"
    url_name = "inventory_invoice_confirm"
    template_name = "inventory/upload/confirm.html"
    step = "confirm"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.upload.state == UploadState.DRAFT:
            return self.to_step("match" if self.upload.line_count else "columns")
        if self.upload.state != UploadState.MATCHED:
            return self.to_step()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = reports.upload_facts(self.upload)
        return super().get_context_data(**kwargs) | {
            "facts": facts,
            "sums": facts.sums,
            "stem": reports.coming_stem(self.upload.supplier),
            "buying": facts.lists[PriceKind.BUYING],
            "selling": facts.lists[PriceKind.SELLING],
            "told": [(TOLD[kind], is_on) for kind, is_on in reports.messages_wanted().items()],
            "remarks": remarks(self.upload),
            "refusal": kwargs.get("refusal"),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make it, or hand it in. Somebody else's confirmation meanwhile is said, and nothing done twice."""
        before = self.upload.state
        try:
            upload = services.confirm_upload(self.upload.pk, actor=self.actor, is_final=self.may_approve)
        except UploadClosedError as why:
            messages.warning(request, str(why))
            return self.to_step()
        except DomainError as why:
            return self.render_to_response(self.get_context_data(refusal=why))
        if before in {UploadState.CONFIRMED, UploadState.PENDING}:
            messages.warning(request, _t("It was confirmed already; nothing was done twice."))
        elif upload.state == UploadState.CONFIRMED:
            messages.success(request, _t("Invoice %(number)s is confirmed.") % {"number": upload.number})
        else:
            messages.success(request, _t("Invoice %(number)s waits in To Do.") % {"number": upload.number})
        return self.to_step()
