"""Customers. Mobile and e-mail are copies of the primary contact, stale until the customer is saved."""

from apps.customers.models import Customer
from apps.sync.engine.declarations import Entity, Source, check, derived, long_text, text
from apps.sync.engine.values import unchecked

NATIONALITY = "custom_nationality"  # no standard field; a site without it has no nationalities

CUSTOMERS = Entity(
    name="customers",
    title="Customers",
    sources=(
        Source(
            doctype="Customer",
            model=Customer,
            custom_fields=(NATIONALITY,),
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
        ),
    ),
)
