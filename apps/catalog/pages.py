"""The page on which a category of the registry is made."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog import services
from apps.catalog.forms import CategoryFields
from apps.core.actors import Actor
from apps.core.admin.actions import at_fields
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.errors import DomainError


@staff_page
class AddCategory(StaffPage):
    """A category that ERPNext does not have yet."""

    title = _("Add a category")
    permission_key = "products.create"
    route = "catalog/category/make/"  # below the list, which the menu shows as open
    url_name = "category_add"
    template_name = "catalog/category_add.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Products")), Crumb(_("Categories"), reverse("admin:catalog_category_changelist"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", CategoryFields())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = CategoryFields(request.POST)
        if form.is_valid():
            try:
                made = services.add_category(actor=Actor.of(request.user), **form.values())
            except DomainError as why:
                said = at_fields(form, why)
                if said:
                    form.add_error(None, said)
            else:
                messages.success(request, _now("“%(name)s” is in the registry.") % {"name": made})
                return redirect(reverse("admin:catalog_category_changelist"))
        return self.render_to_response(self.get_context_data(form=form), status=422)
