"""Who buys, as ERPNext has them."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown
from apps.core.templatetags import larder as say
from apps.customers.models import Customer


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
        filters.yes_no("active", _("Status"), yes=Q(is_active=True), words=(_("Active"), _("Disabled"))),
        filters.yes_no("present", _("In ERPNext"), yes=Q(gone_at=None), words=(_("Still there"), _("Gone"))),
    )
    on_phone = ("status", "mobile", "loyalty_tier")
    search_fields = ("name",)
    search_help_text = _("Name, id, e-mail or phone")
    ordering = ("name", "id")
    sortable_by = ("name", "email")
    list_icon = "group"
    empty_text = _("Customers come from ERPNext. “manage.py sync run” on the server brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Reached by"), ("mobile", "email", "contact_name", "address_name", "website", "language")),
        Facts(
            _("Customer"),
            ("kind", "group_name", "territory_name", "nationality", "gender", "salutation", "tax_id"),
        ),
        Facts(
            _("Terms"),
            ("price_list_name", "currency", "payment_terms_name", "loyalty_program_name", "is_frozen"),
        ),
        Facts(_("Notes in ERPNext"), ("details",)),
    )

    @column(_("Notes"))
    def details(self, customer: Customer) -> str:
        return plain_text(customer.details)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, customer: Customer) -> Chip:
        if customer.is_gone:
            return Chip(_now("Gone"), Tone.ACT, "cloud_off")
        if customer.is_frozen:
            return Chip(_now("Frozen"), Tone.LOOK, "ac_unit")
        return (
            Chip(_now("Active"), Tone.WELL)
            if customer.is_active
            else Chip(_now("Disabled"), Tone.QUIET, "block")
        )

    def profile_chips(self, record: Customer) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Customer) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Loyalty tier"), record.loyalty_tier or "—"),
            (_("Group"), record.group_name or "—"),
            (_("Customer since"), say.day(record.created_in_erp)),
        )
