"""Take all suggestions: first what would be taken is looked at, then just that is."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.admin.pages import Crumb, staff_page
from apps.core.admin.refusals import said
from apps.inventory import reports, services
from apps.inventory.pages.base import InvoicePage, link_of
from apps.inventory.pages.rows import rows_of
from apps.inventory.states import Certainty

AT_ONCE: Final = 200


@staff_page
class Suggestions(InvoicePage):
    """Take all suggestions."""

    title = _("Take suggestions")
    route = "inventory/upload/<int:upload_id>/suggestions/"
    url_name = "inventory_invoice_suggestions"
    template_name = "inventory/upload/suggestions.html"
    step = "match"

    def breadcrumbs(self) -> list[Crumb]:
        match = Crumb(_("Match"), link_of(self.upload, "match"))
        return [*super().breadcrumbs(), match]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_change:
            return self.to_step()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The weakest first: they are what is worth a look."""
        lines = self.upload.lines.select_related("product").undecided().exclude(candidates=[])
        waiting = lines.exclude(certainty=Certainty.UNMATCHED).order_by("score", "position")
        rows = rows_of(reports.lines_facts(list(waiting[:AT_ONCE])), may_change=True)
        return super().get_context_data(**kwargs) | {
            "title": self.title,
            "rows": [row for row in rows if row.suggestion],
            "left": max(0, waiting.count() - AT_ONCE),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_change()
        asked = request.POST.getlist("line")[:AT_ONCE]
        ids = [int(text) for text in asked if text.isascii() and text.isdecimal() and len(text) < 19]
        open_ids = self.upload.lines.undecided().filter(pk__in=ids).values_list("pk", flat=True)
        with said(request):
            taken = services.accept_suggestions(self.upload.pk, line_ids=list(open_ids), actor=self.actor)
            words = ngettext("%(n)d suggestion was taken.", "%(n)d suggestions were taken.", taken)
            messages.success(request, words % {"n": taken})
        return self.to_step("match")
