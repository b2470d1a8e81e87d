"""Sales Orders and Delivery Notes: kept, submitted and followed by links; nothing in them is worked out."""

from typing import ClassVar

from apps.sync.demo.desk.controllers import Controller


class SalesOrder(Controller):
    series = "SAL-ORD-.YYYY.-"
    is_submittable = True
    required = ("customer", "delivery_date")
    links: ClassVar = {
        "customer": "Customer",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "customer_address": "Address",
        "contact_person": "Contact",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "amended_from": "Sales Order",
    }
    defaults: ClassVar = {"naming_series": series, "order_type": "Sales", "status": "Draft"}


class DeliveryNote(Controller):
    series = "MAT-DN-.YYYY.-"
    is_submittable = True
    required = ("customer",)
    links: ClassVar = {
        "customer": "Customer",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "customer_address": "Address",
        "contact_person": "Contact",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "return_against": "Delivery Note",
        "amended_from": "Delivery Note",
    }
    defaults: ClassVar = {"naming_series": series, "status": "Draft"}


class OrderLine(Controller):
    required = ("item_code", "uom")
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {
        "item_code": "Item",
        "item_group": "Item Group",
        "brand": "Brand",
        "uom": "UOM",
        "stock_uom": "UOM",
        "warehouse": "Warehouse",
    }


class NoteLine(OrderLine):
    links: ClassVar = {
        **OrderLine.links,
        "batch_no": "Batch",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
        "against_sales_order": "Sales Order",
        "against_sales_invoice": "Sales Invoice",
    }
