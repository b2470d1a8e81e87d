"""Loyalty, as ERPNext keeps it. Larder never writes points."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    NamedQuerySet,
    check_column,
    date_column,
    number_column,
    text_column,
    whole_column,
)
from apps.customers.models.people import Customer
from apps.customers.querysets import LoyaltyEntryQuerySet


class LoyaltyProgram(MirroredModel):
    """The rules by which points are earned; a point is worth ``conversion_factor`` of money."""

    ERP_COLUMNS = (
        "name",
        "kind",
        "begins_on",
        "ends_on",
        "conversion_factor",
        "expires_after_days",
        "opts_in_all",
        "customer_group_name",
        "territory_name",
        "company",
    )

    name = text_column(_("name"))
    kind = text_column(_("kind"))
    begins_on = date_column(_("begins on"))
    ends_on = date_column(_("ends on"))
    conversion_factor: "models.DecimalField[Decimal, Decimal]" = number_column(_("worth of a point"))
    expires_after_days = whole_column(_("points expire after, days"))
    opts_in_all = check_column(_("everybody takes part"))
    customer_group_name = text_column(_("customer group"))
    territory_name = text_column(_("territory"))
    company = text_column(_("company"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("loyalty program")
        verbose_name_plural = _("loyalty programs")

    def __str__(self) -> str:
        return self.name or self.erp_name


class LoyaltyTier(MirroredRow):
    """A step of a program: from ``min_spent`` on, each ``collection_factor`` of money earns a point."""

    ERP_COLUMNS = ("name", "min_spent", "collection_factor")

    program = models.ForeignKey(
        LoyaltyProgram, models.CASCADE, related_name="tiers", verbose_name=_("loyalty program")
    )
    name = text_column(_("name"))
    min_spent = number_column(_("from spending"))
    collection_factor = number_column(_("money for a point"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("loyalty tier")
        verbose_name_plural = _("loyalty tiers")

    def __str__(self) -> str:
        return self.name


class LoyaltyEntry(MirroredModel):
    """Points earned or, negative, redeemed. Never a balance by itself: see the queryset."""

    ERP_COLUMNS = (
        "customer_erp_name",
        "program_name",
        "tier",
        "company",
        "invoice_kind",
        "invoice_name",
        "points",
        "redeems_name",
        "purchase_amount",
        "posted_on",
        "expires_on",
    )

    customer_erp_name = text_column(_("customer in ERPNext"))
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # customers_loyalty_balance serves
        related_name="loyalty",
        verbose_name=_("customer"),
    )
    program_name = text_column(_("loyalty program in ERPNext"))
    program = models.ForeignKey(
        LoyaltyProgram,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("loyalty program"),
    )
    tier = text_column(_("tier"))
    company = text_column(_("company"))
    invoice_kind = text_column(_("kind of invoice"))
    invoice_name = text_column(_("invoice"))
    points = whole_column(_("points"))
    redeems_name = text_column(_("redeems"))
    purchase_amount = number_column(_("purchase"))
    posted_on = models.DateField(_("posted on"))
    expires_on = models.DateField(_("expires on"))

    objects = LoyaltyEntryQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("loyalty entry")
        verbose_name_plural = _("loyalty entries")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["customer", "program", "expires_on"],
                include=["posted_on", "points"],
                name="customers_loyalty_balance",
            ),
            models.Index(fields=["invoice_name"], name="customers_loyalty_by_invoice"),
            models.Index(fields=["expires_on"], name="customers_loyalty_by_expiry"),
            models.Index(fields=["posted_on"], name="customers_loyalty_by_day"),
            models.Index(fields=["customer_erp_name"], name="customers_loyalty_of_customer"),
            models.Index(
                fields=["program_name"],
                condition=Q(program=None, program_name__gt=""),
                name="customers_loyalty_no_program",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_erp_name}: {self.points:+d}"
