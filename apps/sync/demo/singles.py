"""The DocTypes of which a site has one document each: its settings, as far as who writes must know them."""

from collections.abc import Mapping
from typing import Any, Final

from apps.sync.demo.envelopes import not_found
from apps.sync.demo.spans import TIME_ZONE
from apps.sync.demo.store import Store

COMPANY: Final = "Corner Grocer Ltd"
SINGLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "System Settings": {
        "country": "United Kingdom",
        "language": "en",
        "time_zone": TIME_ZONE,
        "date_format": "dd-mm-yyyy",
        "time_format": "HH:mm:ss",
        "number_format": "#,###.##",
        "float_precision": "3",
        "currency_precision": None,
        "first_day_of_the_week": "Sunday",
        "rounding_method": "Banker's Rounding",
        "allow_error_traceback": 1,
        "setup_complete": 1,
    },
    "Global Defaults": {
        "default_company": COMPANY,
        "country": "United Kingdom",
        "default_currency": "GBP",
        "hide_currency_symbol": None,
        "disable_rounded_total": 0,
        "disable_in_words": 0,
    },
    "Selling Settings": {
        "cust_master_name": "Customer Name",
        "customer_group": None,
        "territory": None,
        "selling_price_list": "Standard Selling",
        "so_required": "No",
        "dn_required": "No",
        "maintain_same_sales_rate": 0,
        "editable_price_list_rate": 0,
        "allow_multiple_items": 0,
        "allow_negative_rates_for_items": 0,
        "hide_tax_id": 0,
    },
    "Accounts Settings": {
        "unlink_payment_on_cancellation_of_invoice": 1,
        "check_supplier_invoice_uniqueness": 0,
        "automatically_fetch_payment_terms": 0,
        "add_taxes_from_item_tax_template": 1,
        "over_billing_allowance": 0.0,
        "delete_linked_ledger_entries": 0,
        "frozen_accounts_modifier": None,
    },
    "Stock Settings": {
        "item_naming_by": "Item Code",
        "valuation_method": "FIFO",
        "default_warehouse": "Stores - CG",
        "stock_uom": "Nos",
        "auto_insert_price_list_rate_if_missing": 0,
        "update_price_list_based_on": "Rate",
        "update_existing_price_list_rate": 0,
        "allow_to_edit_stock_uom_qty_for_sales": 0,
        "allow_to_edit_stock_uom_qty_for_purchase": 0,
        "allow_uom_with_conversion_rate_defined_in_item": 0,
        "over_delivery_receipt_allowance": 0.0,
        "mr_qty_allowance": 0.0,
        "over_picking_allowance": 0.0,
        "allow_negative_stock": 0,
        "show_barcode_field": 1,
        "clean_description_html": 1,
        "allow_internal_transfer_at_arms_length_price": 0,
        "action_if_quality_inspection_is_not_submitted": "Stop",
        "action_if_quality_inspection_is_rejected": "Stop",
        "enable_stock_reservation": 0,
        "allow_partial_reservation": 1,
        "auto_reserve_stock_for_sales_order_on_purchase": 0,
        "auto_reserve_serial_and_batch": 1,
        "allow_existing_serial_no": 1,
        "do_not_use_batchwise_valuation": 0,
        "auto_create_serial_and_batch_bundle_for_outward": 1,
        "pick_serial_and_batch_based_on": "FIFO",
        "disable_serial_no_and_batch_selector": 0,
        "use_serial_batch_fields": 1,
        "do_not_update_serial_batch_on_creation_of_auto_bundle": 1,
        "set_serial_and_batch_bundle_naming_based_on_naming_series": 0,
        "use_naming_series": 0,
        "naming_series_prefix": "BATCH-",
        "allow_to_make_quality_inspection_after_purchase_or_delivery": 0,
        "auto_indent": 1,
        "reorder_email_notify": 0,
        "allow_from_dn": 0,
        "allow_from_pr": 0,
        "stock_frozen_upto_days": 0,
    },
}


def check_known(store: Store, doctype: str) -> None:
    """That the site has a DocType. Raises RefusalError."""
    if not store.knows(doctype) and doctype not in SINGLES:
        raise not_found(f"DocType {doctype} not found")


def settings(doctype: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """One such document; a real one tells ``idx`` as a text."""
    standard = {
        "name": doctype,
        "owner": "Administrator",
        "modified": "2026-11-23 00:19:38.377207",
        "modified_by": "Administrator",
        "docstatus": 0,
        "idx": "0",
    }
    return {**standard, **SINGLES[doctype], **changed, "doctype": doctype}
