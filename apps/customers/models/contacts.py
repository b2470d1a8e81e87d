"""Contacts and addresses. They are records of their own, and may belong to several customers or to others."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    check_column,
    long_text_column,
    text_column,
)
from apps.customers.models.people import Customer
from apps.customers.querysets import CONTACT_WORDS, AddressQuerySet, ContactQuerySet


class Contact(MirroredModel):
    """A person to call or write to. An edit here reaches the customer's own columns only when he is saved."""

    ERP_COLUMNS = (
        "first_name",
        "middle_name",
        "last_name",
        "full_name",
        "company_name",
        "salutation",
        "gender",
        "designation",
        "email",
        "phone",
        "mobile",
        "is_primary",
        "is_billing",
        "is_unsubscribed",
        "status",
    )

    first_name = text_column(_("first name"))
    middle_name = text_column(_("middle name"))
    last_name = text_column(_("last name"))
    full_name = text_column(_("name"))
    company_name = text_column(_("company"))
    salutation = text_column(_("salutation"))
    gender = text_column(_("gender"))
    designation = text_column(_("designation"))
    email = long_text_column(_("email"))
    phone = text_column(_("phone"))
    mobile = text_column(_("mobile"))
    is_primary = check_column(_("primary"))
    is_billing = check_column(_("for invoices"))
    is_unsubscribed = check_column(_("unsubscribed"))
    status = text_column(_("status"))

    objects = ContactQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(CONTACT_WORDS, name="customers_contact_by_words"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.erp_name


class ContactEmail(MirroredRow):
    """An address to write to."""

    ERP_COLUMNS = ("email", "is_primary")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="emails", verbose_name=_("contact"))
    email = long_text_column(_("email"))
    is_primary = check_column(_("primary"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("email of a contact")
        verbose_name_plural = _("emails of contacts")

    def __str__(self) -> str:
        return self.email


class ContactPhone(MirroredRow):
    """A number to call."""

    ERP_COLUMNS = ("phone", "is_primary", "is_mobile")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="phones", verbose_name=_("contact"))
    phone = text_column(_("phone"))
    is_primary = check_column(_("primary phone"))
    is_mobile = check_column(_("primary mobile"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("phone of a contact")
        verbose_name_plural = _("phones of contacts")

    def __str__(self) -> str:
        return self.phone


class _Link(MirroredRow):
    """To whom a contact or an address belongs; ``customer`` is set when that is a customer."""

    ERP_COLUMNS: ClassVar[tuple[str, ...]] = ("party_kind", "party_name", "customer_erp_name")

    party_kind = text_column(_("kind of party"))
    party_name = text_column(_("party"))
    customer_erp_name = text_column(_("customer in ERPNext"))  # the party, when it is one
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )

    class Meta(MirroredRow.Meta):
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["party_kind", "party_name"], name="%(class)s_by_party"),
            models.Index(
                fields=["customer_erp_name"],
                condition=Q(customer=None, customer_erp_name__gt=""),
                name="%(class)s_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_kind} {self.party_name}"


class ContactLink(_Link):
    """Whose contact it is."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="links", verbose_name=_("contact"))

    class Meta(_Link.Meta):
        verbose_name = _("link of a contact")
        verbose_name_plural = _("links of contacts")


class Address(MirroredModel):
    """A place to bill or to deliver to; several customers may share one."""

    ERP_COLUMNS = (
        "title",
        "kind",
        "line1",
        "line2",
        "city",
        "county",
        "state",
        "postcode",
        "country",
        "phone",
        "email",
        "is_primary",
        "is_for_delivery",
        "is_active",
    )

    title = text_column(_("title"))
    kind = text_column(_("kind"))
    line1 = long_text_column(_("address"))
    line2 = long_text_column(_("second line"))
    city = text_column(_("town"))
    county = text_column(_("county"))
    state = text_column(_("state"))
    postcode = text_column(_("postcode"))
    country = text_column(_("country"))
    phone = text_column(_("phone"))
    email = text_column(_("email"))
    is_primary = check_column(_("for invoices"))
    is_for_delivery = check_column(_("for deliveries"))
    is_active = check_column(_("active"))

    objects = AddressQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["postcode"], name="customers_address_by_postcode")
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.line1, self.city, self.postcode) if part) or self.erp_name


class AddressLink(_Link):
    """Whose address it is."""

    address = models.ForeignKey(Address, models.CASCADE, related_name="links", verbose_name=_("address"))

    class Meta(_Link.Meta):
        verbose_name = _("link of an address")
        verbose_name_plural = _("links of addresses")
