"""What happens in the shop, in words: what is said before the document's name, and which DocType it is of."""

from collections.abc import Mapping
from typing import Final

INVOICE: Final = "Sales Invoice"
HAPPENED: Final[Mapping[str, tuple[str, str]]] = {
    "sell": ("Goods were sold", INVOICE),
    "sell on account": ("Goods were sold on account", INVOICE),
    "draft": ("Somebody began to type a sale", INVOICE),
    "pay": ("A bill was paid, or half of it", INVOICE),
    "take back": ("Goods came back", INVOICE),
    "cancel": ("A sale was cancelled", INVOICE),
    "amend": ("A sale was cancelled and typed once more", INVOICE),
    "go overdue": ("A bill became overdue, and its stamp stands still", INVOICE),
    "order": ("Somebody ordered", "Sales Order"),
    "restock": ("A supplier delivered", "Purchase Receipt"),
    "stock a new item": ("Something new came into the shop", "Item"),
    "edit an item": ("An item's name was edited", "Item"),
    "move an item": ("An item was moved to another category", "Item"),
    "reprice": ("A price changed", "Item Price"),
    "save a price list": ("A price list was saved, and all its prices got one stamp", "Price List"),
    "enrol": ("A customer was enrolled", "Customer"),
    "edit a customer": ("A customer was edited", "Customer"),
    "edit a contact": ("A phone number changed", "Contact"),
    "begin a rule": ("An offer began", "Pricing Rule"),
    "end a rule": ("An offer ended", "Pricing Rule"),
    "add a category": ("A category was added", "Item Group"),
    "rename an item": ("An item was renamed; its code is now", "Item"),
    "rename a customer": ("A customer was renamed; the name is now", "Customer"),
    "swap two items": ("Two items swapped their codes", ""),
    "merge customers": ("Two customers were merged; what is left is", "Customer"),
    "delete a price": ("A price was deleted", ""),
    "delete an item": ("An item was deleted", ""),
    "delete a draft": ("A draft was deleted", ""),
    "use a number again": ("A draft was deleted, and its number given again", INVOICE),
    "commit late": ("A customer was written whose transaction is still open", "Customer"),
}
