"""What is asked about a category, and how it or a product stands in the customer app."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.catalog.models import Category, Product
from apps.core.admin.actions import DialogForm
from apps.core.mirror import NAME_LENGTH


class CategoryFields(forms.Form):
    """Its name, and where it hangs."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As the item group will be called in ERPNext: when it comes, it takes this one over."),
    )
    parent: "forms.ModelChoiceField[Category]" = forms.ModelChoiceField(
        label=_("Under"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("nothing: at the top"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a select reads its rows when it is shown
        offered: Any = self.fields["parent"]
        offered.queryset = Category.objects.present().order_by("name_en", "id")

    def values(self) -> dict[str, Any]:
        """As the verbs take them."""
        parent = self.cleaned_data["parent"]
        return {"name": self.cleaned_data["name"], "parent_id": parent.pk if parent else None}


class CategoryForm(CategoryFields, DialogForm):
    """The dialog that starts from what it is now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = Category.objects.filter(pk=self.object_id).first()
        if category:
            self.fields["name"].initial = category.name_en
            self.fields["parent"].initial = category.parent_id


class ShowingForm(DialogForm):
    """Whether customers see it, and under which label in each language of the shop."""

    model: ClassVar[type[Category] | type[Product]]

    is_in_app = forms.BooleanField(
        label=_("Shown in the customer app"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = self.model.objects.filter(pk=self.object_id).first()
        self.fields["is_in_app"].initial = record.is_in_app if record else True
        for code, name in settings.LANGUAGES:
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Label, %(language)s") % {"language": name},
                required=False,
                max_length=NAME_LENGTH,
                initial=record.label_in(code) if record else "",
                widget=UnfoldAdminTextInputWidget(
                    attrs={"lang": code, "dir": "auto", "placeholder": record.name_in(code) if record else ""}
                ),
            )

    def values(self) -> dict[str, Any]:
        """As the verbs take them."""
        labels = {code: self.cleaned_data[f"label_{code}"] for code, _name in settings.LANGUAGES}
        return {"is_in_app": self.cleaned_data["is_in_app"], "labels": labels}


class CategoryShowingForm(ShowingForm):
    """Of a category."""

    model = Category


class ProductShowingForm(ShowingForm):
    """Of a product."""

    model = Product
