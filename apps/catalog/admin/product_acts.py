"""What staff may add to a product: each a verb of catalog.services, asked for in a dialog."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from apps.catalog import services
from apps.catalog.admin.showing import ShowingActs
from apps.catalog.forms import ProductShowingForm
from apps.catalog.models import Product
from apps.catalog.states import Allergen, AllergenState
from apps.core.actors import Actor
from apps.core.admin.actions import DialogForm, writes


class ProductForm(DialogForm):
    """A dialog that starts from what is known of the product."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = Product.objects.filter(pk=self.object_id).first()


class DetailsForm(ProductForm):
    """What a column of ours holds."""

    NAMES: ClassVar = ("minimum_life_days", "own_reorder_level", "notes")

    minimum_life_days = forms.IntegerField(
        label=_("Minimum remaining life, days"),
        min_value=0,
        max_value=services.LONGEST_LIFE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("It is not sold when it would expire sooner than this after it is sold."),
    )
    own_reorder_level = forms.DecimalField(
        label=_("Reorder level"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("In stock units. Empty: the levels that ERPNext has."),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=services.LONGEST_NOTES,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("For staff; never shown to customers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.NAMES:
            self.fields[name].initial = getattr(self.product, name, None)


class AllergensForm(ProductForm):
    """The fourteen, each with what is known of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = services.allergens_of(self.product) if self.product else {}
        for allergen in Allergen:
            self.fields[allergen.value] = forms.ChoiceField(
                label=allergen.label,
                choices=AllergenState.choices,
                initial=known.get(allergen.value),
                widget=UnfoldAdminSelectWidget,
            )


def _names_image(product: Product) -> bool:
    return product.named_picture is not None


class ProductActs(ShowingActs):
    """The actions of ProductAdmin."""

    verb = services.show_product

    @writes(
        permission="edit",
        title=_("What Larder adds to this product"),
        button=_("Details"),
        done_by=_("Save details"),
        icon="edit_note",
        form=DetailsForm,
    )
    def describe(self, product: Product, *, actor: Actor, form: DetailsForm) -> str:
        given = {name: form.cleaned_data[name] for name in form.NAMES}
        services.describe_product(product.pk, actor=actor, **given)
        return _now("Saved.")

    @writes(
        permission="edit",
        title=_("Allergens"),
        sentence=_("Unknown is treated as unsafe: say “free of it” only where the label or supplier does."),
        button=_("Allergens"),
        done_by=_("Save allergens"),
        icon="health_and_safety",
        form=AllergensForm,
    )
    def declare_allergens(self, product: Product, *, actor: Actor, form: AllergensForm) -> str:
        states = {allergen.value: form.cleaned_data[allergen.value] for allergen in Allergen}
        services.declare_allergens(product.pk, states, actor=actor)
        return _now("Saved.")

    @writes(
        permission="edit",
        title=_("In the customer app"),
        sentence=_(
            "It is shown while it can be sold and its category is shown. Without a label it goes by its name."
        ),
        button=_("In the app"),
        done_by=_("Save"),
        icon="smartphone",
        form=ProductShowingForm,
    )
    def present(self, product: Product, *, actor: Actor, form: ProductShowingForm) -> str:
        services.show_product(product.pk, actor=actor, **form.values())
        return _now("Saved.")

    @writes(
        permission="edit",
        title=_("Fetch the image again"),
        sentence=_("Larder asks ERPNext for the file anew, within a minute. The picture's address stays."),
        button=_("Fetch image"),
        done_by=_("Fetch image"),
        icon="add_photo_alternate",
        when=_names_image,
    )
    def fetch_picture(self, product: Product, *, actor: Actor, form: DialogForm) -> str:
        services.ask_for_picture(product.pk, at=timezone.now(), actor=actor)
        return _now("The image is fetched within a minute.")
