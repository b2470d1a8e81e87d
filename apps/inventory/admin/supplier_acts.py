"""What staff set of a supplier: each a verb of inventory.services, asked for in a dialog."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from apps.core.actors import Actor
from apps.core.admin.actions import DialogForm, writes
from apps.core.bounds import at_most
from apps.inventory import services
from apps.inventory.intake.fields import Field
from apps.inventory.models import Supplier


class SupplierForm(DialogForm):
    """A dialog that starts from what is known of the supplier."""

    NAMES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier = Supplier.objects.filter(pk=self.object_id).first()
        for name in self.NAMES:
            self.fields[name].initial = getattr(supplier, name, None)


class DescribeForm(SupplierForm):
    """How we call him, how his batches are numbered, how long he takes."""

    NAMES = ("display_name", "batch_prefix", "lead_time_days")

    display_name = forms.CharField(
        label=_("Display name"),
        required=False,
        max_length=services.LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: his name in ERPNext."),
    )
    batch_prefix = forms.CharField(
        label=_("Batch prefix"),
        required=False,
        max_length=services.LONGEST_PREFIX,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Batch numbers begin with it, as with Acme in Acme-009-L0. Letters and digits, nobody else's; "
            "it stays once a batch bears it. Empty: made of his name when the first is due."
        ),
    )
    lead_time_days = forms.IntegerField(
        label=_("Lead time, days"),
        required=False,
        min_value=0,
        max_value=services.LONGEST_LEAD,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("From the order to the delivery. Empty: ERPNext's, by product."),
    )


class CountForm(SupplierForm):
    """From where his invoices are counted on."""

    NAMES = ("last_upload_number",)

    last_upload_number = forms.IntegerField(
        label=_("Last number given out"),
        min_value=0,
        validators=[at_most(services.MOST_UPLOADS)],
        widget=UnfoldAdminIntegerFieldWidget(attrs={"max": services.MOST_UPLOADS}),
        help_text=_("His next invoice has the number after it. Only upwards: no number is used twice."),
    )


class SupplierActs:
    """The actions of SupplierAdmin."""

    @writes(
        permission="edit",
        title=_("What Larder adds to this supplier"),
        button=_("Details"),
        done_by=_("Save details"),
        icon="edit_note",
        form=DescribeForm,
    )
    def describe(self, supplier: Supplier, *, actor: Actor, form: DescribeForm) -> str:
        given = {name: form.cleaned_data[name] for name in form.NAMES}
        services.describe_supplier(supplier.pk, actor=actor, **given)
        return _now("Saved.")

    @writes(
        permission="edit",
        title=_("Count his invoices on from another number?"),
        sentence=_("For a shop that counted them elsewhere before: its numbers stay free of doubles."),
        button=_("Set invoice number"),
        done_by=_("Set number"),
        icon="tag",
        form=CountForm,
    )
    def count_from(self, supplier: Supplier, *, actor: Actor, form: CountForm) -> str:
        number: int = form.cleaned_data["last_upload_number"]
        services.set_last_upload_number(supplier.pk, number=number, actor=actor)
        return _now("The next invoice is number %d.") % (number + 1)

    @writes(
        permission="edit",
        title=_("Forget the columns of his files?"),
        sentence=_(
            "The next file is read by its headers alone, and asks for its columns where they say little."
        ),
        button=_("Forget columns"),
        icon="view_column",
        danger=True,
        when=lambda supplier: bool(supplier.column_mapping),
    )
    def forget_columns(self, supplier: Supplier, *, actor: Actor, form: Any) -> str:
        services.remember_columns(supplier.pk, mapping={}, actor=actor)
        return _now("The columns of his files are forgotten.")


def columns_text(mapping: Mapping[str, Any]) -> str:
    """ "artikel → Item name, …": the headers that mean something."""
    known = {field.value: field.label for field in Field}
    return ", ".join(f"{header} → {known[field]}" for header, field in mapping.items() if field in known)
