"""Who buys, as ERPNext knows them."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from apps.core.mirror import (
    MirroredModel,
    NamedQuerySet,
    check_column,
    long_text_column,
    text_column,
)
from apps.customers.querysets import CUSTOMER_WORDS, PHONE_DIGITS, CustomerQuerySet


class CustomerGroup(MirroredModel):
    """A group of customers, in a tree; pricing rules reach down it."""

    ERP_COLUMNS = ("name", "parent_name", "is_group", "price_list_name")

    name = text_column(_("name"))
    parent_name = text_column(_("parent in ERPNext"))
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    is_group = check_column(_("holds other groups"))
    price_list_name = text_column(_("price list"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["parent_name"],
                condition=Q(parent=None, parent_name__gt=""),
                name="customers_group_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.erp_name


class Territory(MirroredModel):
    """A region, in a tree."""

    ERP_COLUMNS = ("name", "parent_name", "is_group")

    name = text_column(_("name"))
    parent_name = text_column(_("parent in ERPNext"))
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    is_group = check_column(_("holds other territories"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["parent_name"],
                condition=Q(parent=None, parent_name__gt=""),
                name="customers_territory_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.erp_name


class Customer(MirroredModel):
    """A customer. The id that staff know is the name in ERPNext, ``erp_name``; ``name`` is for display."""

    ERP_COLUMNS = (
        "name",
        "kind",
        "group_name",
        "territory_name",
        "mobile",
        "email",
        "nationality",
        "language",
        "gender",
        "salutation",
        "loyalty_program_name",
        "loyalty_tier",
        "price_list_name",
        "currency",
        "payment_terms_name",
        "tax_id",
        "contact_name",
        "address_name",
        "website",
        "image_path",
        "details",
        "is_active",
        "is_frozen",
        "is_internal",
    )

    name = text_column(_("name"))
    kind = text_column(_("kind"))
    group_name = text_column(_("group"))
    group = models.ForeignKey(
        CustomerGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("customer group"),
    )
    territory_name = text_column(_("territory"))
    mobile = text_column(_("mobile"))
    mobile_digits = models.GeneratedField(
        expression=Func(F("mobile"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"),
        output_field=models.CharField(max_length=140),
        db_persist=True,
        verbose_name=_("mobile, digits only"),
    )
    email = long_text_column(_("email"))
    nationality = text_column(_("nationality"))
    language = text_column(_("language"))
    gender = text_column(_("gender"))
    salutation = text_column(_("salutation"))
    loyalty_program_name = text_column(_("loyalty program"))
    loyalty_tier = text_column(_("tier"))
    price_list_name = text_column(_("price list"))
    currency = text_column(_("currency"))
    payment_terms_name = text_column(_("payment terms"))
    tax_id = text_column(_("tax id"))
    contact_name = text_column(_("primary contact"))
    address_name = text_column(_("primary address"))
    website = text_column(_("website"))
    image_path = long_text_column(_("image in ERPNext"))
    details = long_text_column(_("notes in ERPNext"))
    is_active = check_column(_("active"))
    is_frozen = check_column(_("frozen"))
    is_internal = check_column(_("one of our own companies"))

    objects = CustomerQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(CUSTOMER_WORDS, name="customers_customer_by_words"),
            GinIndex(PHONE_DIGITS, name="customers_customer_by_phone"),
            models.Index(fields=["name", "id"], name="customers_customer_by_name"),
            models.Index(fields=["group_name", "name"], name="customers_customer_by_group"),
            models.Index(fields=["loyalty_program_name", "loyalty_tier"], name="customers_customer_by_tier"),
            models.Index(fields=["nationality"], name="customers_by_nationality"),
            models.Index(fields=["email"], name="customers_customer_by_email"),
            models.Index(
                fields=["group_name"],
                condition=Q(group=None, group_name__gt=""),
                name="customers_customer_no_group",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.erp_name
