"""Contacts and addresses: records of their own in ERPNext, which customers and suppliers share."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import profile_link, rest_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, gone, usable
from apps.core.templatetags import larder as say
from apps.customers.models import Address, Contact

SHOWN_AT_MOST: Final = 5


class SharedAdmin(MirroredAdmin):
    """What belongs to one party or to several."""

    list_icon = "contacts"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).prefetch_related("links__customer")
        return rows

    @column(_("Belongs to"))
    def parties(self, record: Any) -> Shown:
        named = [(profile_link(link.customer, link.party_name),) for link in record.links.all()]
        return format_html_join(", ", "{}", named)

    def parties_table(self, record: Any) -> Table:
        rows = [
            (profile_link(link.customer, link.party_name), link.party_kind) for link in record.links.all()
        ]
        heads = ((_("Name"), False), (_("Kind"), False))
        return Table(_("Belongs to"), heads, rows, _("It belongs to nobody."))


@admin.register(Contact)
class ContactAdmin(SharedAdmin):
    """People to call or write to, the newest first."""

    permission_category = "customers"
    erp_doctype = "Contact"
    list_display = ("title", "status", "parties", "mobile", "phone", "email", "designation")
    list_extra = ("company_name", "is_billing", "gender", "salutation", "read_at")
    list_filter = (
        filters.yes_no("primary", _("Primary"), yes=Q(is_primary=True), words=(_("Primary"), _("Further"))),
        filters.yes_no("billing", _("For invoices"), yes=Q(is_billing=True), words=(_("Yes"), _("No"))),
        filters.yes_no(
            "unsubscribed", _("Mail"), yes=Q(is_unsubscribed=True), words=(_("Unsubscribed"), _("Wanted"))
        ),
        filters.record("links__customer", _("Customer")),
        IN_ERPNEXT,
    )
    on_phone = ("status", "mobile", "parties")
    search_fields = ("full_name",)
    search_help_text = _("Name, e-mail or customer")
    ordering = ("-id",)
    sortable_by = ()
    empty_text = _("Contacts come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Reached by"), ("mobile", "phone", "email", "is_unsubscribed")),
        Facts(_("Person"), ("salutation", "first_name", "middle_name", "last_name", "gender")),
        Facts(_("Role"), ("company_name", "designation", "is_primary", "is_billing")),
    )

    @column(_("Contact"))
    def title(self, contact: Contact) -> str:
        return str(contact)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, contact: Contact) -> Chip:
        if contact.is_gone:
            return gone()
        if contact.is_unsubscribed:
            return Chip(_now("Unsubscribed"), Tone.LOOK, "unsubscribe")
        return Chip(_now("Primary"), Tone.WELL) if contact.is_primary else Chip(_now("Further"), Tone.QUIET)

    def profile_chips(self, record: Contact) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Contact) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Mobile"), say.code(record.mobile)),
            (_("Phone"), say.code(record.phone)),
            (_("E-mail"), record.email or "—"),
        )

    def tables(self, record: Contact, request: HttpRequest) -> Sequence[Table]:
        numbers = [
            (say.code(row.phone), _("primary") if row.is_primary or row.is_mobile else "")
            for row in record.phones.all()
        ]
        letters = [(row.email, _("primary") if row.is_primary else "") for row in record.emails.all()]
        reached = Table(_("All numbers and e-mails"), ((_("By"), False), ("", False)), [*numbers, *letters])
        return [self.parties_table(record), *([reached] if len(reached.rows) > 1 else [])]


@admin.register(Address)
class AddressAdmin(SharedAdmin):
    """Places to bill or to deliver to, the newest first."""

    permission_category = "customers"
    erp_doctype = "Address"
    list_display = ("title", "status", "parties", "postcode", "city", "is_for_delivery", "is_primary")
    list_extra = ("kind", "country", "county", "state", "phone", "email", "read_at")
    list_filter = (
        filters.yes_no(
            "delivery", _("For deliveries"), yes=Q(is_for_delivery=True), words=(_("Yes"), _("No"))
        ),
        filters.yes_no("invoices", _("For invoices"), yes=Q(is_primary=True), words=(_("Yes"), _("No"))),
        ACTIVE,
        filters.record("links__customer", _("Customer")),
        IN_ERPNEXT,
    )
    on_phone = ("status", "parties", "postcode")
    search_fields = ("postcode",)
    search_help_text = _("Customer, phone or whole postcode")
    ordering = ("-id",)
    sortable_by = ("postcode",)
    list_icon = "location_on"
    empty_text = _("Addresses come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(
            _("Address"),
            ("title_there", "line1", "line2", "city", "county", "state", "postcode", "country"),
        ),
        Facts(_("Use"), ("kind", "is_for_delivery", "is_primary")),
        Facts(_("Reached by"), ("phone", "email")),
    )

    @column(_("Address"))
    def title(self, address: Address) -> str:
        return str(address)

    @column(_("Title"))
    def title_there(self, address: Address) -> str:
        return address.title

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, address: Address) -> Chip:
        return usable(address, is_active=address.is_active)

    def profile_chips(self, record: Address) -> Sequence[Chip]:
        return [self.status(record)]

    def tables(self, record: Address, request: HttpRequest) -> Sequence[Table]:
        return (self.parties_table(record),)


def contacts_table(contacts: QuerySet[Contact], **narrowed: Any) -> Table:
    """Whom to call: the primary one first."""
    found = list(contacts.order_by("-is_primary", "full_name", "id")[: SHOWN_AT_MOST + 1])
    rows = [
        (profile_link(contact), contact.mobile or contact.phone or "—", contact.email or "—")
        for contact in found[:SHOWN_AT_MOST]
    ]
    heads = ((_("Contact"), False), (_("Phone"), False), (_("E-mail"), False))
    more = rest_link(Contact, is_cut=len(found) > SHOWN_AT_MOST, **narrowed)
    return Table(_("Contacts"), heads, rows, _("ERPNext has no contact here."), more=more)


def addresses_table(addresses: QuerySet[Address], **narrowed: Any) -> Table:
    """Where to bill and to deliver."""
    found = list(addresses.order_by("-is_primary", "id")[: SHOWN_AT_MOST + 1])
    rows = [(profile_link(address), _uses(address)) for address in found[:SHOWN_AT_MOST]]
    heads = ((_("Address"), False), (_("For"), False))
    more = rest_link(Address, is_cut=len(found) > SHOWN_AT_MOST, **narrowed)
    return Table(_("Addresses"), heads, rows, _("ERPNext has no address here."), more=more)


def _uses(address: Address) -> str:
    uses = ((address.is_primary, _now("invoices")), (address.is_for_delivery, _now("deliveries")))
    return ", ".join(words for is_so, words in uses if is_so) or address.kind or "—"
