"""Batches, the receipts that brought them, and the bundles that moved them.

The quantity of a batch is our sum over its movements: ERPNext's own figure is not to be relied on (API.md
13), and its grouped query is worded otherwise from version 16 on (docs/adr/0106).
"""

from apps.catalog.models import Product
from apps.inventory.models import Batch, BatchBundle, BatchEntry, Receipt, ReceiptLine, Supplier
from apps.inventory.services import batches_synced, bundles_synced, receipts_synced
from apps.sync.engine.declarations import (
    Children,
    Entity,
    Reference,
    Source,
    check,
    day,
    derived,
    long_text,
    number,
    text,
)
from apps.sync.engine.values import clock_time, docstatus, needed_day, unchecked
from apps.sync.erpnext.facts import REFERENCE

LINES = Children(
    doctype="Purchase Receipt Item",
    model=ReceiptLine,
    parent="receipt",
    drifts=("item_code",),
    columns=(
        text("item_code", "item_code"),
        text("item_name", "item_name"),
        text("supplier_part", "supplier_part_no"),
        number("received_quantity", "received_qty"),
        number("quantity", "qty"),
        number("rejected_quantity", "rejected_qty"),
        text("unit", "uom"),
        number("unit_factor", "conversion_factor"),
        number("stock_quantity", "stock_qty"),
        text("stock_unit", "stock_uom"),
        number("rate", "rate"),
        number("amount", "amount"),
        number("net_rate", "net_rate"),
        number("net_amount", "net_amount"),
        number("valuation_rate", "valuation_rate"),
        text("warehouse_name", "warehouse"),
        text("batch_number", "batch_no"),
        text("batch_bundle_name", "serial_and_batch_bundle"),
        check("is_free", "is_free_item"),
        text("purchase_order_name", "purchase_order"),
        text("returns_row", "purchase_receipt_item"),
    ),
    references=(Reference("product_id", by="item_code", to=Product),),
)
RECEIPTS = Source(
    doctype="Purchase Receipt",
    model=Receipt,
    company_field="company",
    custom_fields=(REFERENCE,),
    children=(LINES,),
    drifts=("docstatus", "status", "supplier"),
    wrote=(receipts_synced,),
    columns=(
        derived("erp_docstatus", "docstatus", by=docstatus),
        text("erp_status", "status"),
        text("company", "company"),
        text("supplier_erp_name", "supplier"),
        text("supplier_name", "supplier_name"),
        text("delivery_note", "supplier_delivery_note"),
        derived("posted_on", "posting_date", by=needed_day),
        derived("posted_time", "posting_time", by=clock_time),
        check("is_return", "is_return"),
        text("return_of_name", "return_against"),
        text("amends_name", "amended_from"),
        text("currency", "currency"),
        number("conversion_rate", "conversion_rate"),
        number("total_quantity", "total_qty"),
        number("total", "total"),
        number("net_total", "net_total"),
        number("grand_total", "grand_total"),
        number("base_net_total", "base_net_total"),
        number("base_grand_total", "base_grand_total"),
        number("billed_percent", "per_billed"),
        number("returned_percent", "per_returned"),
        long_text("remarks", "remarks"),
        text("larder_reference", REFERENCE),
    ),
    references=(Reference("supplier_id", by="supplier_erp_name", to=Supplier),),
)
ENTRIES = Children(
    doctype="Serial and Batch Entry",
    model=BatchEntry,
    parent="bundle",
    drifts=("batch_no",),
    columns=(
        text("batch_number", "batch_no"),
        number("quantity", "qty"),
        text("warehouse_name", "warehouse"),
        number("incoming_rate", "incoming_rate"),
        number("value_difference", "stock_value_difference"),
    ),
)
BUNDLES = Source(
    doctype="Serial and Batch Bundle",
    model=BatchBundle,
    company_field="company",
    page_size=1000,
    children=(ENTRIES,),
    drifts=("docstatus", "is_cancelled", "item_code", "voucher_no"),
    wrote=(bundles_synced,),
    columns=(
        derived("erp_docstatus", "docstatus", by=docstatus),
        text("company", "company"),
        text("item_code", "item_code"),
        text("warehouse_name", "warehouse"),
        text("direction", "type_of_transaction"),
        number("total_quantity", "total_qty"),
        text("voucher_type", "voucher_type"),
        text("voucher_name", "voucher_no"),
        text("voucher_row", "voucher_detail_no"),
        day("posted_on", "posting_date"),
        check("is_cancelled", "is_cancelled"),
    ),
)
BATCHES = Entity(
    name="batches",
    title="Batches",
    sources=(
        Source(
            doctype="Batch",
            model=Batch,
            drifts=("item", "expiry_date", "disabled", "batch_qty", "supplier"),
            wrote=(batches_synced,),
            columns=(
                text("number", "batch_id"),
                text("item_code", "item"),
                text("item_name", "item_name"),
                day("expires_on", "expiry_date"),
                day("made_on", "manufacturing_date"),
                number("erp_quantity", "batch_qty"),
                text("stock_unit", "stock_uom"),
                text("supplier_erp_name", "supplier"),
                text("source_doctype", "reference_doctype"),
                text("source_name", "reference_name"),
                text("parent_number", "parent_batch"),
                long_text("description_source", "description"),
                long_text("image_path", "image"),
                derived("is_active", "disabled", by=unchecked),
            ),
            references=(Reference("product_id", by="item_code", to=Product),),
        ),
        RECEIPTS,
        BUNDLES,
    ),
)
