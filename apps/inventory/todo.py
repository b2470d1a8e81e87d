"""What of suppliers' invoices waits for a decision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Item
from apps.approvals.registry import Format, ItemKind, register
from apps.approvals.states import ItemState
from apps.catalog.models import Product
from apps.core.bounds import at_most
from apps.inventory import services
from apps.inventory.models import UploadLine
from apps.inventory.services.invoices import proposing, returning
from apps.inventory.services.invoices.deciding import LEAST_PACK, MOST_PACK


class ParkedForm(forms.Form):
    """Another product, or another pack, than the matcher found."""

    item_code = forms.CharField(label=_("Item code"), max_length=140)
    pack_factor = forms.DecimalField(
        label=_("Stock units in one"),
        min_value=LEAST_PACK,
        validators=[at_most(MOST_PACK)],
        max_digits=21,
        decimal_places=9,
    )

    def clean(self) -> dict[str, Any]:
        """The rest of the proposal stays as it is."""
        said = super().clean() or {}
        return {**{name: value for name, value in self.data.items() if name in KEPT}, **said}


def _page(item: Item) -> str:
    """The invoice, where its lines can be looked at and corrected."""
    return reverse("admin:inventory_invoice", kwargs={"upload_id": int(item.subject_id)})


def _lines_of_note(item: Item) -> Mapping[str, Mapping[str, str]]:
    """The lines that a figure counts, where they can be looked at and corrected."""
    lines = reverse("admin:inventory_invoice_match", kwargs={"upload_id": int(item.subject_id)})
    shows = {"price_rises": "rises", "under_floor": "floor", "new_items": "new", "ignored": "ignored"}
    return {
        name: {str(item.after[name]): f"{lines}?show={show}"}
        for name, show in shows.items()
        if item.state == ItemState.OPEN and item.after.get(name)
    }


def _line(item: Item) -> str:
    """The line that came back, where it stands on its invoice."""
    line = UploadLine.objects.filter(pk=int(item.subject_id)).only("pk", "upload_id").first()
    if line is None:
        return ""
    return f"{reverse('admin:inventory_invoice', kwargs={'upload_id': line.upload_id})}#line-{line.pk}"


def _product(item: Item) -> Mapping[str, Mapping[str, str]]:
    """The product that it may be, to be looked at."""
    code = str(item.after.get("item_code", ""))
    product = Product.objects.filter(item_code=code).only("pk").first()
    link = reverse("admin:catalog_product_change", args=[product.pk]) if product else ""
    return {"item_code": {code: link}}


KEPT = ("supplier", "invoice", "row", "name", "part_number")

register(
    ItemKind(
        key=proposing.KIND,
        title=_("Supplier invoice"),
        permission_key="batches.approve",
        apply=services.accept_pending,
        turn_down=services.reject_pending,
        url=_page,
        links=_lines_of_note,
        in_bulk=True,
        heading=_("What was handed in"),
        meaning=_(
            "Accepted, its batches and prices are in force as its lines say by then, and go to ERPNext where "
            "that is switched on. Its lines can be corrected on its page first."
        ),
        labels={
            "supplier": _("Supplier"),
            "invoice": _("Invoice number"),
            "dated": _("Invoice date"),
            "batches": _("Batches"),
            "lines": _("Lines with a product"),
            "new_items": _("New items"),
            "ignored": _("Ignored lines"),
            "total": _("Total without VAT"),
            "price_rises": _("Lines that cost more than last time"),
            "under_floor": _("Lines under the margin floor"),
            "duplicate": _("Why it is let through twice"),
        },
        formats={"total": Format.MONEY, "dated": Format.DAY},
    )
)
register(
    ItemKind(
        key=returning.KIND,
        title=_("New item has come"),
        permission_key="batches.approve",
        apply=services.accept_parked,
        edit_form=ParkedForm,
        heading=_("The line, and what it may be"),
        meaning=_("Accepted, the line makes its batch and prices as its invoice would have."),
        url=_line,
        links=_product,
        still_there=services.still_parked,
        labels={
            "supplier": _("Supplier"),
            "invoice": _("Invoice number"),
            "row": _("Row"),
            "name": _("Name on the invoice"),
            "part_number": _("Part number"),
            "item_code": _("Item code"),
            "product": _("Product"),
            "pack_factor": _("Stock units in one"),
            "score": _("Score"),
        },
    )
)
