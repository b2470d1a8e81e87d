"""Every DocType that has rules of its own, by its name."""

from collections.abc import Mapping
from typing import Final

from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.doctypes.batches import Batch
from apps.sync.demo.desk.doctypes.bundles import Bundle, BundleEntry
from apps.sync.demo.desk.doctypes.custom_field import CustomField
from apps.sync.demo.desk.doctypes.invoices import SalesInvoice, SalesInvoiceItem, TaxRow
from apps.sync.demo.desk.doctypes.items import (
    Barcode,
    Item,
    ItemDefault,
    ItemSupplier,
    Reorder,
    UnitConversion,
)
from apps.sync.demo.desk.doctypes.ledger import Bin, LedgerEntry
from apps.sync.demo.desk.doctypes.notes import DeliveryNote, NoteLine
from apps.sync.demo.desk.doctypes.orders import SalesOrder, SalesOrderItem
from apps.sync.demo.desk.doctypes.parties import (
    Address,
    Contact,
    Customer,
    DynamicLink,
    LoyaltyPointEntry,
    Supplier,
)
from apps.sync.demo.desk.doctypes.payments import PaymentEntry, PaymentReference
from apps.sync.demo.desk.doctypes.prices import ItemPrice, PriceList
from apps.sync.demo.desk.doctypes.pricing_rules import Applied, OnBrand, OnItem, OnItemGroup, PricingRule
from apps.sync.demo.desk.doctypes.receipts import PurchaseReceipt, ReceiptLine
from apps.sync.demo.desk.doctypes.till_invoices import PosInvoice, PosInvoiceItem
from apps.sync.demo.desk.doctypes.tills import (
    PosClosing,
    PosMergeLog,
    PosOpening,
    PosPaymentMethod,
    PosProfile,
    PosReference,
)
from apps.sync.demo.desk.doctypes.trees import (
    Brand,
    CustomerGroup,
    ItemGroup,
    SupplierGroup,
    Territory,
    Warehouse,
)
from apps.sync.demo.desk.doctypes.webhooks import Webhook

CONTROLLERS: Final[Mapping[str, Controller]] = {
    "Address": Address(),
    "Batch": Batch(),
    "Bin": Bin(),
    "Brand": Brand(),
    "Contact": Contact(),
    "Custom Field": CustomField(),
    "Customer": Customer(),
    "Customer Group": CustomerGroup(),
    "Delivery Note": DeliveryNote(),
    "Delivery Note Item": NoteLine(),
    "Dynamic Link": DynamicLink(),
    "Item": Item(),
    "Item Barcode": Barcode(),
    "Item Default": ItemDefault(),
    "Item Group": ItemGroup(),
    "Item Price": ItemPrice(),
    "Item Reorder": Reorder(),
    "Item Supplier": ItemSupplier(),
    "Loyalty Point Entry": LoyaltyPointEntry(),
    "POS Closing Entry": PosClosing(),
    "POS Invoice": PosInvoice(),
    "POS Invoice Item": PosInvoiceItem(),
    "POS Invoice Merge Log": PosMergeLog(),
    "POS Invoice Reference": PosReference(),
    "POS Opening Entry": PosOpening(),
    "POS Payment Method": PosPaymentMethod(),
    "POS Profile": PosProfile(),
    "Payment Entry": PaymentEntry(),
    "Payment Entry Reference": PaymentReference(),
    "Price List": PriceList(),
    "Pricing Rule": PricingRule(),
    "Pricing Rule Brand": OnBrand(),
    "Pricing Rule Detail": Applied(),
    "Pricing Rule Item Code": OnItem(),
    "Pricing Rule Item Group": OnItemGroup(),
    "Purchase Receipt": PurchaseReceipt(),
    "Purchase Receipt Item": ReceiptLine(),
    "Sales Invoice": SalesInvoice(),
    "Sales Invoice Item": SalesInvoiceItem(),
    "Sales Order": SalesOrder(),
    "Sales Order Item": SalesOrderItem(),
    "Sales Taxes and Charges": TaxRow(),
    "Serial and Batch Bundle": Bundle(),
    "Serial and Batch Entry": BundleEntry(),
    "Stock Ledger Entry": LedgerEntry(),
    "Supplier": Supplier(),
    "Supplier Group": SupplierGroup(),
    "Territory": Territory(),
    "UOM Conversion Detail": UnitConversion(),
    "Warehouse": Warehouse(),
    "Webhook": Webhook(),
}
