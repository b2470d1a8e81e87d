"""Customer groups and territories, as trees."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import list_link
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import IN_ERPNEXT, usable
from apps.core.admin.trees import TreeAdmin
from apps.core.templatetags import larder as say
from apps.customers.models import Customer, CustomerGroup, Territory


@admin.register(CustomerGroup)
class CustomerGroupAdmin(TreeAdmin):
    """Groups of customers, with how many are in each."""

    permission_category = "customers"
    erp_doctype = "Customer Group"
    list_display = ("title", "status", "parent", "customers", "price_list_name", "read_at")
    list_extra = ("is_group",)
    list_filter = (IN_ERPNEXT,)
    on_phone = ("status", "parent", "customers")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "groups"
    empty_text = _(
        "Customer groups come from ERPNext. “Sync everything” under Settings › Sync brings them in."
    )
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Customer group"), ("parent", "is_group", "price_list_name")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerGroup]:
        present = Count("customers", filter=Q(customers__gone_at=None))
        rows: QuerySet[CustomerGroup] = super().get_queryset(request).annotate(customer_count=present)
        return rows

    @column(_("Customer group"), order="name")
    def title(self, group: CustomerGroup) -> Shown:
        return self.indented(group)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, group: CustomerGroup) -> Chip:
        return usable(group)

    @column(_("Customers"), kind=Kind.COUNT)
    def customers(self, group: Any) -> int:
        return int(group.customer_count)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        shown = list_link(Customer, say.count(record.customer_count), group_name=record.erp_name)
        return ((_("Customers"), shown),)

    def tables(self, record: CustomerGroup, request: HttpRequest) -> Sequence[Table]:
        return self.children_table(record)


@admin.register(Territory)
class TerritoryAdmin(TreeAdmin):
    """Regions; customers and orders name theirs."""

    permission_category = "customers"
    erp_doctype = "Territory"
    list_display = ("title", "status", "parent", "is_group", "read_at")
    list_filter = (IN_ERPNEXT,)
    on_phone = ("status", "parent", "read_at")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "public"
    empty_text = _("Territories come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (Facts(_("Territory"), ("parent", "is_group")),)

    @column(_("Territory"), order="name")
    def title(self, territory: Territory) -> Shown:
        return self.indented(territory)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, territory: Territory) -> Chip:
        return usable(territory)

    def key_figures(self, record: Territory) -> Sequence[tuple[Words, Shown]]:
        here = Customer.objects.present().filter(territory_name=record.erp_name).count()
        return ((_("Customers"), list_link(Customer, say.count(here), territory_name=record.erp_name)),)

    def tables(self, record: Territory, request: HttpRequest) -> Sequence[Table]:
        return self.children_table(record)
