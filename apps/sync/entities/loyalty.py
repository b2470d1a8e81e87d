"""Loyalty programs and points. Entries are deleted and written anew by plain SQL (API.md 12)."""

from apps.customers.models import Customer, LoyaltyEntry, LoyaltyProgram, LoyaltyTier
from apps.sync.engine.declarations import (
    Children,
    Entity,
    Gone,
    Reference,
    Source,
    check,
    day,
    derived,
    number,
    text,
    whole,
)
from apps.sync.engine.values import needed_day

TIERS = Children(
    doctype="Loyalty Program Collection",
    model=LoyaltyTier,
    parent="program",
    columns=(
        text("name", "tier_name"),
        number("min_spent", "min_spent"),
        number("collection_factor", "collection_factor"),
    ),
)
LOYALTY = Entity(
    name="loyalty",
    title="Loyalty",
    sources=(
        Source(
            doctype="Loyalty Program",
            model=LoyaltyProgram,
            company_field="company",
            children=(TIERS,),
            columns=(
                text("name", "loyalty_program_name"),
                text("kind", "loyalty_program_type"),
                day("begins_on", "from_date"),
                day("ends_on", "to_date"),
                number("conversion_factor", "conversion_factor"),
                whole("expires_after_days", "expiry_duration"),
                check("opts_in_all", "auto_opt_in"),
                text("customer_group_name", "customer_group"),
                text("territory_name", "customer_territory"),
                text("company", "company"),
            ),
        ),
        Source(
            doctype="Loyalty Point Entry",
            model=LoyaltyEntry,
            company_field="company",
            gone=Gone.DELETE,
            vanishes=True,
            drifts=("customer", "loyalty_program", "invoice", "loyalty_points"),
            page_size=1000,
            columns=(
                text("customer_erp_name", "customer"),
                text("program_name", "loyalty_program"),
                text("tier", "loyalty_program_tier"),
                text("company", "company"),
                text("invoice_kind", "invoice_type"),
                text("invoice_name", "invoice"),
                whole("points", "loyalty_points"),
                text("redeems_name", "redeem_against"),
                number("purchase_amount", "purchase_amount"),
                derived("posted_on", "posting_date", by=needed_day),
                derived("expires_on", "expiry_date", by=needed_day),
            ),
            references=(
                Reference("customer_id", by="customer_erp_name", to=Customer),
                Reference("program_id", by="program_name", to=LoyaltyProgram),
            ),
        ),
    ),
)
