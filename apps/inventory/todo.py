"""What of suppliers' invoices waits for a decision."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Item
from apps.approvals.registry import Format, ItemKind, register
from apps.core.bounds import at_most
from apps.inventory import services
from apps.inventory.services.invoices import confirming, returning
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


KEPT = ("supplier", "invoice", "row", "name", "part_number")

register(
    ItemKind(
        key=confirming.KIND,
        title=_("Supplier invoice"),
        permission_key="batches.approve",
        apply=services.accept_pending,
        turn_down=services.reject_pending,
        url=_page,
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
