"""What a person says of one line; the answer is its row anew, and the sums at the foot."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import staff_page
from apps.core.errors import DomainError, NotFoundError
from apps.inventory import reports, services
from apps.inventory.models import UploadLine
from apps.inventory.pages.base import InvoicePage, link_of
from apps.inventory.pages.rows import LineRow
from apps.inventory.services import Choice
from apps.inventory.states import Decision


class LineForm(forms.Form):
    """What the file says of a line, to be put right, and the pack."""

    quantity = forms.DecimalField(label=_("Quantity"), max_digits=15, decimal_places=3)
    buy_price = forms.DecimalField(label=_("Buy price"), max_digits=18, decimal_places=6)
    pack_factor = forms.DecimalField(label=_("Stock units in one"), max_digits=21, decimal_places=9)
    sell_price = forms.DecimalField(label=_("Sell price"), max_digits=15, decimal_places=2, required=False)
    expires_on = forms.DateField(label=_("Expiry"), required=False)


@staff_page
class Line(InvoicePage):
    """A line."""

    title = _("Line of an invoice")
    route = "inventory/upload/<int:upload_id>/lines/<int:line_id>/"
    url_name = "inventory_invoice_line"
    template_name = "inventory/upload/line_answer.html"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    @property
    def part(self) -> str:
        """Only ever a part: whoever has no scripts is sent back to his place in the list."""
        return self.template_name

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_change()
        line = get_object_or_404(UploadLine, pk=self.kwargs["line_id"], upload=self.upload)
        form, refusal = LineForm(request.POST), ""
        try:
            self._act(line, form)
        except DomainError as why:
            refusal = "; ".join(
                [str(why), *(one.message for one in why.errors if one.message not in str(why))]
            )
        if request.headers.get("HX-Request") != "true":
            return self._back(line, refusal or _errors(form))
        return self.render_to_response(self.get_context_data(line_id=line.pk, form=form, refusal=refusal))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.upload.lines.select_related("product").filter(pk=kwargs["line_id"])
        self.upload.refresh_from_db(fields=["state"])
        facts = reports.lines_facts(list(rows))
        if not facts:
            raise NotFoundError(_t("A line is not of this invoice any more; load the page again."))
        return super().get_context_data(**kwargs) | {
            "row": LineRow(facts[0], self.may_change),
            "counted": reports.counted(self.upload),
            "told": kwargs.get("refusal") or _told(facts[0]),
        }

    def _act(self, line: UploadLine, form: LineForm) -> None:
        sent = self.request.POST
        if product := sent.get("take", ""):
            self._decide(line, _taken(line, product))
        elif act := ACTS.get(sent.get("do", "")):
            act(self, line, form)
        else:
            raise BadRequest("“do” names nothing that can be done to a line")

    def _decide(self, line: UploadLine, choice: Choice) -> None:
        services.decide_lines(
            self.upload.pk, choices={line.pk: choice}, seen=self._seen(line), actor=self.actor
        )

    def _seen(self, line: UploadLine) -> dict[int, str]:
        stamp = self.request.POST.get("seen", "")
        return {line.pk: stamp} if stamp else {}

    def _edit(self, line: UploadLine, values: Mapping[str, Any], *, pack: Decimal | None = None) -> None:
        """The values and the pack together, or neither."""
        with transaction.atomic():
            if pack is not None and pack != line.pack_factor:
                same = Choice(decision=Decision(line.decision), product_id=line.product_id, pack_factor=pack)
                self._decide(line, same)
                services.edit_line(line.pk, values=values, actor=self.actor)
            else:
                stamp = self._seen(line).get(line.pk)
                services.edit_line(line.pk, values=values, seen=stamp, actor=self.actor)

    def _back(self, line: UploadLine, refusal: str) -> HttpResponse:
        if refusal:
            messages.warning(self.request, refusal)
        return redirect(f"{link_of(self.upload, 'match')}#line-{line.pk}")


# --- acts ---------------------------------------------------------------------------------------------------
def _saved(page: Line, line: UploadLine, form: LineForm) -> None:
    if form.is_valid():
        values = dict(form.cleaned_data)
        page._edit(line, values, pack=values.pop("pack_factor"))  # noqa: SLF001 - an act of the page


def _restored(page: Line, line: UploadLine, form: LineForm) -> None:
    """Take the sell price that would keep the floor."""
    (facts,) = reports.lines_facts([line])
    if facts.margin.margin:
        page._edit(line, {"sell_price": facts.margin.margin.restoring_price})  # noqa: SLF001 - as above


def _decided(decision: Decision) -> Callable[[Line, UploadLine, LineForm], None]:
    return lambda page, line, form: page._decide(line, Choice(decision=decision))  # noqa: SLF001 - as above


ACTS: Final[Mapping[str, Callable[[Line, UploadLine, LineForm], None]]] = {
    "new": _decided(Decision.NEW_ITEM),
    "ignore": _decided(Decision.IGNORE),
    "undo": _decided(Decision.UNDECIDED),
    "edit": _saved,
    "restore": _restored,
}


def _taken(line: UploadLine, product: str) -> Choice:
    """A product; a candidate in the pack that it was found with, another in the pack that stands."""
    if not (product.isascii() and product.isdecimal() and len(product) < 19):
        raise BadRequest("“take” is no product")
    packs = {one["product"]: Decimal(one["pack"]) for one in line.candidates}
    pack = packs.get(int(product))
    return Choice(decision=Decision.PRODUCT, product_id=int(product), pack_factor=pack)


def _told(facts: reports.LineFacts) -> str:
    """What became of it, for whoever does not see the row change."""
    line = facts.line
    if line.decision == Decision.PRODUCT:
        return _t("Row %(row)d is “%(product)s”.") % {"row": line.row, "product": line.product}
    words = {
        Decision.NEW_ITEM: _t("Row %(row)d waits for a new item."),
        Decision.IGNORE: _t("Row %(row)d is ignored."),
        Decision.UNDECIDED: _t("Row %(row)d is undecided."),
    }
    return words[facts.decision] % {"row": line.row}


def _errors(form: LineForm) -> str:
    return " ".join(f"{form[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items())
