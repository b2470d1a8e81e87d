"""Customers as ERPNext has them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, today, usable
from apps.core.templatetags import larder as say
from apps.customers.admin.contacts import addresses_table, contacts_table
from apps.customers.models import (
    Address,
    Contact,
    Customer,
    CustomerGroup,
    LoyaltyEntry,
    LoyaltyProgram,
    Territory,
)


def territory_names() -> Any:
    """The territories there are; few, beside the customers in them."""
    return Territory.objects.present().values_list("erp_name", flat=True)


@admin.register(Customer)
class CustomerAdmin(MirroredAdmin):
    """Customers; what they bought stands on a panel that orders put here."""

    permission_category = "customers"
    erp_doctype = "Customer"
    list_display = (
        "name",
        "status",
        "erp_name",
        "mobile",
        "email",
        "group_name",
        "loyalty_tier",
        "territory_name",
    )
    list_extra = ("kind", "nationality", "language", "price_list_name", "tax_id", "read_at")
    list_filter = (
        filters.distinct("group_name", _("Group")),
        filters.distinct("loyalty_tier", _("Tier")),
        filters.distinct("nationality", _("Nationality")),
        filters.named("territory_name", _("Territory"), among=territory_names),
        ACTIVE,
        IN_ERPNEXT,
    )
    on_phone = ("status", "mobile", "loyalty_tier")
    search_fields = ("name",)
    search_help_text = _("Name, id, e-mail or phone")
    ordering = ("name", "id")
    sortable_by = ("name", "email")
    list_icon = "group"
    empty_text = _("Customers come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Reached by"), ("mobile", "email", "contact_name", "address_name", "website", "language")),
        Facts(
            _("Customer"),
            ("kind", "group", "territory", "nationality", "gender", "salutation", "tax_id"),
        ),
        Facts(
            _("Terms"),
            ("price_list_name", "currency", "payment_terms_name", "program", "is_frozen"),
        ),
        Facts(_("Notes in ERPNext"), ("details",)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        rows: QuerySet[Customer] = super().get_queryset(request).select_related("group")
        return rows

    @column(_("Notes"))
    def details(self, customer: Customer) -> str:
        return plain_text(customer.details)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, customer: Customer) -> Chip:
        if customer.is_frozen and not customer.is_gone:
            return Chip(_now("Frozen"), Tone.LOOK, "ac_unit")
        return usable(customer, is_active=customer.is_active)

    @column(_("Group"))
    def group(self, customer: Customer) -> CustomerGroup | str:
        return customer.group or customer.group_name

    @column(_("Territory"))
    def territory(self, customer: Customer) -> Territory | str:
        return Territory.objects.present().named(customer.territory_name) or customer.territory_name

    @column(_("Loyalty program"))
    def program(self, customer: Customer) -> LoyaltyProgram | str:
        known = LoyaltyProgram.objects.present().named(customer.loyalty_program_name)
        return known or customer.loyalty_program_name

    def profile_chips(self, record: Customer) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Customer) -> Sequence[tuple[Words, Shown]]:
        points = LoyaltyEntry.objects.balances(today(), customers=[record.pk])
        return (
            (_("Points"), say.count(sum(points.values()) if points else None)),
            (_("Loyalty tier"), record.loyalty_tier or "—"),
            (_("Customer since"), say.day(record.created_in_erp)),
        )

    def tables(self, record: Customer, request: HttpRequest) -> Sequence[Table]:
        return (
            contacts_table(Contact.objects.present().belonging_to(record.pk), customer=record.pk),
            addresses_table(Address.objects.present().belonging_to(record.pk), customer=record.pk),
        )
