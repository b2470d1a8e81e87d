"""Bins and entries of the stock ledger: nobody types them, but they hold on to what they name."""

from typing import ClassVar

from apps.sync.demo.desk.controllers import Controller


class Bin(Controller):
    links: ClassVar = {"item_code": "Item", "warehouse": "Warehouse"}


class LedgerEntry(Controller):
    links: ClassVar = {
        "item_code": "Item",
        "warehouse": "Warehouse",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
    }
