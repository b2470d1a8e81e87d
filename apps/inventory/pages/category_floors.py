"""The page on which a category is given a margin floor of its own, or the shop's again."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from apps.catalog.models import Category
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.errors import DomainError
from apps.inventory import reports, services
from apps.inventory.category_floor import SETS


class FloorForm(forms.Form):
    """Per cent of the sell price, or nothing."""

    percent = forms.DecimalField(
        label=_("Least margin, %"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal("99.9"),
        max_digits=4,
        decimal_places=1,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_(
            "Of the sell price, both without VAT. A line of an invoice that leaves less is red. Empty: that "
            "of the nearest category above it that has one, else the shop's."
        ),
    )


@staff_page
class SetCategoryFloor(StaffPage):
    """What the products of a category must leave."""

    title = _("Margin floor")
    permission_key = SETS
    route = "catalog/category/<int:category_id>/floor/"  # below the list, which the menu shows as open
    url_name = "category_floor"
    template_name = "inventory/category_floor.html"

    @cached_property
    def category(self) -> Category:
        return get_object_or_404(Category, pk=self.kwargs["category_id"])

    def breadcrumbs(self) -> list[Crumb]:
        listed = reverse("admin:catalog_category_changelist")
        return [Crumb(_("Categories"), listed), Crumb(str(self.category), self._profile)]

    @property
    def _profile(self) -> str:
        return reverse("admin:catalog_category_change", args=[self.category.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        floor = reports.floor_of(self.category.pk)
        kwargs.setdefault("form", FloorForm(initial={"percent": floor.percent if floor.is_own else None}))
        about = {"category": self.category, "floor": floor, "back_link": self._profile}
        return super().get_context_data(**kwargs) | about

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = FloorForm(request.POST)
        if form.is_valid():
            percent = form.cleaned_data["percent"]
            try:
                services.set_category_floor(self.category.pk, percent=percent, actor=Actor.of(request.user))
            except DomainError as why:
                form.add_error("percent", str(why))
            else:
                messages.success(request, _said(self.category, percent))
                return redirect(self._profile)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _said(category: Category, percent: Decimal | None) -> str:
    if percent is None:
        return _now("“%(name)s” has no margin floor of its own any more.") % {"name": category}
    return _now("“%(name)s” is to leave %(percent)s %% at least.") % {"name": category, "percent": percent}
