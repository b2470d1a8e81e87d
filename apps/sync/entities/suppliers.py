"""Suppliers. Mobile and e-mail are copies of the primary contact, stale until the supplier is saved."""

from apps.inventory.models import Supplier
from apps.inventory.services import suppliers_synced
from apps.sync.engine.declarations import Entity, Source, check, day, derived, long_text, text
from apps.sync.engine.values import unchecked

SUPPLIERS = Entity(
    name="suppliers",
    title="Suppliers",
    sources=(
        Source(
            doctype="Supplier",
            model=Supplier,
            wrote=(suppliers_synced,),
            drifts=("supplier_primary_contact", "supplier_primary_address"),
            columns=(
                text("name", "supplier_name"),
                text("group_name", "supplier_group"),
                text("kind", "supplier_type"),
                text("country", "country"),
                text("mobile", "mobile_no"),
                long_text("email", "email_id"),
                text("tax_id", "tax_id"),
                text("currency", "default_currency"),
                text("price_list_name", "default_price_list"),
                text("payment_terms_name", "payment_terms"),
                text("language", "language"),
                text("website", "website"),
                text("contact_name", "supplier_primary_contact"),
                text("address_name", "supplier_primary_address"),
                long_text("details", "supplier_details"),
                long_text("image_path", "image"),
                derived("is_active", "disabled", by=unchecked),
                check("is_frozen", "is_frozen"),
                check("is_internal", "is_internal_supplier"),
                check("is_on_hold", "on_hold"),
                text("hold_kind", "hold_type"),
                day("held_until", "release_date"),
            ),
        ),
    ),
)
