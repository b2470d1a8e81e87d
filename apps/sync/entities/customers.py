"""Customers with their groups, territories, contacts and addresses.

Mobile and e-mail of a customer are copies of the primary contact, stale until the customer is saved; contacts
and addresses are read by themselves.
"""

from typing import Any

from apps.core.mirror import MirroredModel, MirroredRow
from apps.customers.models import (
    Address,
    AddressLink,
    Contact,
    ContactEmail,
    ContactLink,
    ContactPhone,
    Customer,
    CustomerGroup,
    Territory,
)
from apps.sync.engine.declarations import (
    Children,
    Entity,
    Reference,
    Source,
    check,
    derived,
    long_text,
    text,
)
from apps.sync.engine.values import text as short_text
from apps.sync.engine.values import unchecked
from apps.sync.options import ShopOptions

# No standard field: a setting names it, and a site without it has no nationalities.
NATIONALITY = ShopOptions.nationality_field.default


def customer_of(kind: Any, name: Any) -> str:
    """The party of a link, when that is a customer."""
    return short_text(name) if kind == "Customer" else ""


def _links(model: type[MirroredRow], *, parent: str) -> Children:
    return Children(
        doctype="Dynamic Link",
        model=model,
        parent=parent,
        drifts=("link_doctype", "link_name"),
        columns=(
            text("party_kind", "link_doctype"),
            text("party_name", "link_name"),
            derived("customer_erp_name", "link_doctype", "link_name", by=customer_of),
        ),
        references=(Reference("customer_id", by="customer_erp_name", to=Customer),),
    )


def _tree(doctype: str, model: type[MirroredModel], *, name: str, parent: str, price_list: bool) -> Source:
    of_lists = (text("price_list_name", "default_price_list"),) if price_list else ()
    return Source(
        doctype=doctype,
        model=model,
        drifts=(parent, "is_group"),
        columns=(text("name", name), text("parent_name", parent), check("is_group", "is_group"), *of_lists),
        references=(Reference("parent_id", by="parent_name", to=model),),
    )


GROUPS = _tree(
    "Customer Group",
    CustomerGroup,
    name="customer_group_name",
    parent="parent_customer_group",
    price_list=True,
)
TERRITORIES = _tree(
    "Territory", Territory, name="territory_name", parent="parent_territory", price_list=False
)
PEOPLE = Source(
    doctype="Customer",
    model=Customer,
    custom_fields=(NATIONALITY,),
    named_by={NATIONALITY: ShopOptions.nationality_field},
    drifts=(
        "customer_group",
        "territory",
        "loyalty_program",
        "loyalty_program_tier",
        "mobile_no",
        "email_id",
    ),
    columns=(
        text("name", "customer_name"),
        text("kind", "customer_type"),
        text("group_name", "customer_group"),
        text("territory_name", "territory"),
        text("mobile", "mobile_no"),
        long_text("email", "email_id"),
        text("nationality", NATIONALITY),
        text("language", "language"),
        text("gender", "gender"),
        text("salutation", "salutation"),
        text("loyalty_program_name", "loyalty_program"),
        text("loyalty_tier", "loyalty_program_tier"),
        text("price_list_name", "default_price_list"),
        text("currency", "default_currency"),
        text("payment_terms_name", "payment_terms"),
        text("tax_id", "tax_id"),
        text("contact_name", "customer_primary_contact"),
        text("address_name", "customer_primary_address"),
        text("website", "website"),
        long_text("image_path", "image"),
        long_text("details", "customer_details"),
        derived("is_active", "disabled", by=unchecked),
        check("is_frozen", "is_frozen"),
        check("is_internal", "is_internal_customer"),
    ),
    references=(Reference("group_id", by="group_name", to=CustomerGroup),),
)
EMAILS = Children(
    doctype="Contact Email",
    model=ContactEmail,
    parent="contact",
    columns=(long_text("email", "email_id"), check("is_primary", "is_primary")),
)
PHONES = Children(
    doctype="Contact Phone",
    model=ContactPhone,
    parent="contact",
    columns=(
        text("phone", "phone"),
        check("is_primary", "is_primary_phone"),
        check("is_mobile", "is_primary_mobile_no"),
    ),
)
CONTACTS = Source(
    doctype="Contact",
    model=Contact,
    children=(EMAILS, PHONES, _links(ContactLink, parent="contact")),
    columns=(
        text("first_name", "first_name"),
        text("middle_name", "middle_name"),
        text("last_name", "last_name"),
        text("full_name", "full_name"),
        text("company_name", "company_name"),
        text("salutation", "salutation"),
        text("gender", "gender"),
        text("designation", "designation"),
        long_text("email", "email_id"),
        text("phone", "phone"),
        text("mobile", "mobile_no"),
        check("is_primary", "is_primary_contact"),
        check("is_billing", "is_billing_contact"),
        check("is_unsubscribed", "unsubscribed"),
        text("status", "status"),
    ),
)
ADDRESSES = Source(
    doctype="Address",
    model=Address,
    children=(_links(AddressLink, parent="address"),),
    columns=(
        text("title", "address_title"),
        text("kind", "address_type"),
        long_text("line1", "address_line1"),
        long_text("line2", "address_line2"),
        text("city", "city"),
        text("county", "county"),
        text("state", "state"),
        text("postcode", "pincode"),
        text("country", "country"),
        text("phone", "phone"),
        text("email", "email_id"),
        check("is_primary", "is_primary_address"),
        check("is_for_delivery", "is_shipping_address"),
        derived("is_active", "disabled", by=unchecked),
    ),
)
CUSTOMERS = Entity(
    name="customers",
    title="Customers",
    sources=(GROUPS, TERRITORIES, PEOPLE, CONTACTS, ADDRESSES),
)
