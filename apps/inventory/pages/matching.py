"""Third step: which product each line means, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import staff_page
from apps.core.admin.refusals import said
from apps.inventory import reports, services
from apps.inventory.intake import Finding, Level
from apps.inventory.models import InvoiceUpload
from apps.inventory.options import InvoiceOptions
from apps.inventory.pages.base import InvoicePage
from apps.inventory.pages.rows import LineRow, rows_of
from apps.inventory.states import OPEN, Certainty, Decision

SIZE: Final = 25
UNCHANGED: Final = 204
SHOWS: Final[dict[str, Promise]] = {
    "all": _("All"),
    "todo": _("To do"),
    "unmatched": _("Unmatched"),
    "suggested": _("Suggestions"),
    "certain": _("Certain"),
    "new": _("New items"),
    "ignored": _("Ignored"),
    "rises": _("Price rises"),
    "floor": _("Under the floor"),
}
NARROWED: Final[dict[str, dict[str, Any]]] = {
    "all": {},
    "todo": {"decision": Decision.UNDECIDED},
    "unmatched": {"decision": Decision.UNDECIDED, "certainty": Certainty.UNMATCHED},
    "suggested": {"decision": Decision.UNDECIDED, "certainty": Certainty.SUGGESTED},
    "certain": {"certainty": Certainty.CERTAIN},
    "new": {"decision": Decision.NEW_ITEM},
    "ignored": {"decision": Decision.IGNORE},
    "rises": {"is_dearer": True},
    "floor": {"is_under_floor": True},
}
# What is said where a filter that one would rather find empty is.
NOTHING: Final[dict[str, tuple[Promise, Promise]]] = {
    "todo": (_("Every line is decided"), _("Look at what is certain, or go on to confirm.")),
    "rises": (_("No line costs more than last time"), _("As far as their last costs are known.")),
    "floor": (_("No line is under its margin floor"), _("As far as they have a product and a sell price.")),
}


@dataclass(frozen=True)
class Narrowed:
    """What the lines are narrowed to, as far as it makes sense."""

    show: str
    words: str
    page: int

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Narrowed":
        show, page = asked.get("show", ""), asked.get("page", "")
        return cls(
            show=show if show in SHOWS else "all",
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
        )

    @property
    def is_set(self) -> bool:
        return self.show != "all" or bool(self.words)

    def lines(self, upload: InvoiceUpload) -> reports.LinesPage:
        narrowed = NARROWED[self.show]
        return reports.lines_page(upload, page=self.page, size=SIZE, words=self.words, **narrowed)


@staff_page
class Match(InvoicePage):
    """Match."""

    title = _("Match")
    route = "inventory/upload/<int:upload_id>/match/"
    url_name = "inventory_invoice_match"
    template_name = "inventory/upload/match.html"
    parts: ClassVar = {
        "up-lines": "inventory/upload/lines.html",
        "up-progress": "inventory/upload/progress.html",
    }
    step = "match"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The lines; while they are matched, how far that is, and nothing to whoever has seen as much."""
        upload = self.upload
        if not self.may_change:
            return self.to_step()
        if not upload.line_count:
            return self.to_step("columns")
        if request.headers.get("HX-Target") == "up-progress":
            if not upload.is_matching:
                return HttpResponse(headers={"HX-Refresh": "true"})
            if request.GET.get("seen") == str(upload.matched_count):
                return HttpResponse(status=UNCHANGED)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        narrowed = Narrowed.of(self.request.GET)
        return super().get_context_data(**kwargs) | {
            "remarks": remarks(self.upload),
            "same_files": [] if self.part else reports.same_files(self.upload),
            **({} if self.upload.is_matching else self._lines(narrowed)),
        }

    def _lines(self, narrowed: Narrowed) -> dict[str, Any]:
        found = narrowed.lines(self.upload)
        lines: list[LineRow] = rows_of(found.rows, may_change=self.may_change)
        return {
            "narrowed": narrowed,
            "filtered": narrowed.is_set,
            "found": found,
            "lines": lines,
            "assumes_vat": any(row.facts.margin.is_vat_assumed for row in lines),
            "assumed_vat": InvoiceOptions().assumed_vat,
            "counted": reports.counted(self.upload),
            "shows": SHOWS,
            "nothing": None if narrowed.words else NOTHING.get(narrowed.show),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Have all lines matched once more, as when products have come since."""
        with said(request):
            services.ask_for_matching(self.upload.pk, actor=self.actor)
            messages.success(request, _t("The lines are matched anew; what you decided stays."))
        return self.to_step("match" if self.upload.state in OPEN else "")


def remarks(upload: InvoiceUpload) -> list[Finding]:
    """What the file leaves to be looked at."""
    return [one for one in reports.findings_of(upload) if one.level is Level.WARNING]
