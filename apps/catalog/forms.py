"""What is asked about a category of the registry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.catalog.models import Category
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
