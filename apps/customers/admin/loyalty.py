"""Loyalty, as ERPNext keeps it: programs with their tiers, and the ledger of points."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import list_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import IN_ERPNEXT, in_force, standing_filter, today
from apps.core.templatetags import larder as say
from apps.customers.faces import entry_face
from apps.customers.models import Customer, LoyaltyEntry, LoyaltyProgram, LoyaltyTier


@admin.register(LoyaltyProgram)
class LoyaltyProgramAdmin(MirroredAdmin):
    """The rules by which points are earned."""

    permission_category = "customers"
    erp_doctype = "Loyalty Program"
    list_display = (
        "title",
        "status",
        "kind",
        "worth",
        "expires_after_days",
        "begins_on",
        "ends_on",
        "read_at",
    )
    list_extra = ("customer_group_name", "territory_name", "opts_in_all", "company")
    list_filter = (standing_filter(begins="begins_on", ends="ends_on"), IN_ERPNEXT)
    on_phone = ("status", "kind", "worth")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "card_membership"
    empty_text = _("Programs come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Points"), ("kind", "worth", "expires_after_days")),
        Facts(
            _("Who and when"),
            (
                "opts_in_all",
                "customer_group_name",
                "territory_name",
                "begins_on",
                "ends_on",
                "company",
            ),
        ),
    )

    @column(_("Loyalty program"), order="name")
    def title(self, program: LoyaltyProgram) -> str:
        return str(program)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, program: LoyaltyProgram) -> Chip:
        return in_force(program, begins=program.begins_on, ends=program.ends_on)

    @column(_("Worth of 100 points"), kind=Kind.MONEY)
    def worth(self, program: LoyaltyProgram) -> Any:
        """Of a hundred: a single point is often less than a penny."""
        return program.conversion_factor * 100

    def profile_chips(self, record: LoyaltyProgram) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: LoyaltyProgram) -> Sequence[tuple[Words, Shown]]:
        members = Customer.objects.present().filter(loyalty_program_name=record.erp_name).count()
        return (
            (_("Customers in it"), say.count(members)),
            (_("Worth of 100 points"), say.money(self.worth(record))),
            (_("Points expire after, days"), say.count(record.expires_after_days or None)),
        )

    def tables(self, record: LoyaltyProgram, request: HttpRequest) -> Sequence[Table]:
        there = Customer.objects.present().filter(loyalty_program_name=record.erp_name)
        counted = dict(there.values_list("loyalty_tier").annotate(Count("id")))
        rows = [
            (
                tier.name,
                say.money(tier.min_spent),
                say.money(tier.collection_factor),
                list_link(Customer, say.count(counted.get(tier.name, 0)), loyalty_tier=tier.name),
            )
            for tier in record.tiers.all()
        ]
        heads = (
            (_("Tier"), False),
            (_("From spending"), True),
            (_("Spent for a point"), True),
            (_("Customers"), True),
        )
        entries = list_link(LoyaltyEntry, _("Its entries"), program=record.pk)
        return (Table(_("Tiers"), heads, rows, _("It has no tiers."), more=entries),)


def tier_names() -> Any:
    """The tiers that programs have; the ledger itself is too long to ask."""
    return LoyaltyTier.objects.values_list("name", flat=True)


@admin.register(LoyaltyEntry)
class LoyaltyEntryAdmin(MirroredAdmin):
    """The ledger of points, the newest first."""

    permission_category = "customers"
    erp_doctype = "Loyalty Point Entry"
    list_display = (
        "title",
        "status",
        "customer",
        "points",
        "purchase",
        "tier",
        "posted_on",
        "expires_on",
    )
    list_extra = ("program", "invoice_kind", "redeems_name", "company", "read_at")
    list_totals: ClassVar[dict[str, Any]] = {"points": Sum("points", filter=Q(gone_at=None))}
    totals_note = _("the expired among them")
    list_filter = (
        filters.related("program", _("Program")),
        filters.named("tier", _("Tier"), among=tier_names),
        filters.yes_no("redeemed", _("Points"), yes=Q(points__lt=0), words=(_("Redeemed"), _("Earned"))),
        filters.days("posted_on", _("Posted")),
        filters.coming("expires_on", _("Expires")),
        filters.record("customer", _("Customer")),
        IN_ERPNEXT,
    )
    list_select_related = ("customer", "program")
    on_phone = ("status", "customer", "points")
    search_fields = ("invoice_name",)
    search_help_text = _("Customer, phone, e-mail or whole invoice number")
    ordering = ("-posted_on", "-id")
    sortable_by = ("posted_on", "expires_on")
    list_icon = "loyalty"
    empty_text = _("Points come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Points"), ("points", "customer", "program", "tier", "redeems_name")),
        Facts(_("Purchase"), ("invoice_kind", "invoice_name", "purchase", "company")),
        Facts(_("Days"), ("posted_on", "expires_on")),
    )

    @column(_("Invoice"))
    def title(self, entry: LoyaltyEntry) -> str:
        return entry.invoice_name or _now("Entered by hand")

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, entry: LoyaltyEntry) -> Chip:
        return entry_face(entry, on=today())

    @column(_("Customer"))
    def customer(self, entry: LoyaltyEntry) -> Customer | str:
        return entry.customer or entry.customer_erp_name

    @column(_("Program"))
    def program(self, entry: LoyaltyEntry) -> LoyaltyProgram | str:
        return entry.program or entry.program_name

    @column(_("Purchase"), kind=Kind.MONEY)
    def purchase(self, entry: LoyaltyEntry) -> Any:
        return entry.purchase_amount or None

    def profile_title(self, record: LoyaltyEntry) -> str:
        return f"{self.customer(record)}: {record.points:+,d}"

    def profile_chips(self, record: LoyaltyEntry) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: LoyaltyEntry) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Points"), say.count(record.points)),
            (_("Posted"), say.day(record.posted_on)),
            (_("Expires"), say.day(record.expires_on)),
        )
