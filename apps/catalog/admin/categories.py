"""ERPNext's item groups."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog import services
from apps.catalog.admin.showing import IN_APP, ShowingActs
from apps.catalog.faces import portrait_of
from apps.catalog.forms import CategoryForm, CategoryShowingForm
from apps.catalog.models import Category, Product
from apps.catalog.states import CategorySource
from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import writes
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.history import Happening, history_of
from apps.core.admin.links import list_link
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import IN_ERPNEXT, usable
from apps.core.admin.trees import TreeAdmin
from apps.core.templatetags import larder as say


@admin.register(Category)
class CategoryAdmin(ShowingActs, TreeAdmin):
    """ERPNext's item groups, as a tree."""

    permission_category = "products"
    erp_doctype = "Item Group"
    verb = services.show_category
    list_display = ("title", "status", "source", "parent", "products", "read_at")
    list_extra = ("is_in_app", "is_group")
    list_filter = (filters.choice("source", _("Source")), IN_APP, IN_ERPNEXT)
    on_phone = ("status", "parent", "products")
    search_fields = ("name_en",)
    search_help_text = _("Name")
    ordering = ("name_en", "id")
    children_order = ("name_en", "id")
    sortable_by = ("title",)
    list_icon = "category"
    empty_text = _(
        "Categories are ERPNext's item groups. “Sync everything” under Settings › Sync brings them in."
    )
    actions = ("show", "hide")
    actions_detail = ("edit", "present", "remove")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Category"), ("source", "parent", "is_group", "products")),
        Facts(_("Customer app"), ("is_in_app", "labels")),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.holds(request, "create")

    def has_remove_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "delete")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        """Made on a page of its own."""
        return redirect(reverse("admin:category_add"))

    def strip(self, record: Category, request: HttpRequest) -> dict[str, Any] | None:
        return None if record.is_registered else super().strip(record, request)

    def happenings(self, record: Category) -> list[Happening]:
        return history_of(record) if record.is_registered else super().happenings(record)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        present = Count("products", filter=Q(products__gone_at=None))
        counted = super().get_queryset(request).annotate(product_count=present)
        rows: QuerySet[Category] = counted.select_related("picture__asset")
        return rows

    def portrait(self, record: Category) -> SafeString | str:
        """Of those that ERPNext names an image of: few shops do."""
        return portrait_of(record, now=timezone.now()) if record.image_path else ""

    @column(_("Category"), order="name_en")
    def title(self, category: Category) -> Shown:
        return self.indented(category)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, category: Category) -> Chip:
        return usable(category)

    @column(_("Source"), kind=Kind.CHIP)
    def source(self, category: Category) -> Chip:
        if category.is_registered:
            return Chip(CategorySource.REGISTRY.label, Tone.RUNNING, "edit_note")
        return Chip(CategorySource.ERPNEXT.label, Tone.QUIET, "sync")

    @column(_("Last brought in"), kind=Kind.MOMENT)
    def read_at(self, category: Category) -> Any:
        return None if category.is_registered else category.read_at

    @column(_("Products"), kind=Kind.COUNT)
    def products(self, category: Any) -> int:
        return int(category.product_count)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        return ((_("Products"), list_link(Product, say.count(record.product_count), category=record.pk)),)

    @writes(
        permission="edit",
        title=_("Name and place"),
        button=_("Edit"),
        done_by=_("Save category"),
        icon="edit",
        form=CategoryForm,
        when=lambda category: category.is_registered,
    )
    def edit(self, category: Category, *, actor: Actor, form: CategoryForm) -> str:
        services.change_category(category.pk, actor=actor, **form.values())
        return _now("Saved.")

    @writes(
        permission="edit",
        title=_("In the customer app"),
        sentence=_("Hidden, it takes along whatever hangs under it. Without a label it goes by its name."),
        button=_("In the app"),
        done_by=_("Save"),
        icon="smartphone",
        form=CategoryShowingForm,
    )
    def present(self, category: Category, *, actor: Actor, form: CategoryShowingForm) -> str:
        services.show_category(category.pk, actor=actor, **form.values())
        return _now("Saved.")

    @writes(
        permission="remove",
        title=_("Remove this category?"),
        sentence=_("It goes from the registry. One that anything refers to stays."),
        button=_("Remove"),
        icon="delete",
        danger=True,
        when=lambda category: category.is_registered,
    )
    def remove(self, category: Category, *, actor: Actor, form: Any) -> str:
        services.remove_category(category.pk, actor=actor)
        return _now("“%(name)s” is no longer in the registry.") % {"name": category}

    def tables(self, record: Category, request: HttpRequest) -> Sequence[Table]:
        return self.children_table(record)
