"""Who may ask the demo site, and what: API keys, roles, what each may (API.md 2, WRITING.md 10)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from apps.sync.demo.envelopes import wrong_credentials

GUEST: Final = "Guest"
MANAGER: Final = "System Manager"
_SELLING: Final = frozenset({"Sales User", "Accounts User", "Stock User"})
_ACCOUNTS: Final = frozenset({"Accounts User", "Accounts Manager"})
_GOODS: Final = frozenset({"Sales User", "Stock User", "Purchase User", "Item Manager"})
READERS: Final[Mapping[str, frozenset[str]]] = {
    "Item": _GOODS,
    "Item Group": _GOODS,
    "Item Price": frozenset({"Sales Master Manager", "Purchase Master Manager"}),
    "Customer": _SELLING,
    "Supplier": frozenset({"Purchase User", "Accounts User", "Stock User"}),
    "Sales Invoice": _ACCOUNTS,
    "POS Invoice": _ACCOUNTS,
    "Payment Entry": _ACCOUNTS,
    "Loyalty Point Entry": _ACCOUNTS | {"Auditor"},
    "Loyalty Program": frozenset({MANAGER}),
    "Deleted Document": frozenset({MANAGER}),
    "Webhook": frozenset({MANAGER}),
    "Custom Field": frozenset({MANAGER}),
    "Sales Order": _SELLING,
    "Delivery Note": _SELLING,
    "Purchase Receipt": frozenset({"Stock User", "Purchase User"}),
    "Batch": frozenset({"Item Manager"}),
    "Bin": frozenset({"Stock User"}),
    "Stock Ledger Entry": frozenset({"Stock User"}),
    "Serial and Batch Bundle": frozenset({"Stock User"}),
    "Pricing Rule": frozenset({"Sales Manager", "Accounts Manager", MANAGER}),
}
_MANAGERS: Final = frozenset({MANAGER})
_STOCKING: Final = frozenset({"Stock User", "Purchase User"})
NOBODY: Final = frozenset[str]()
WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "Item": frozenset({"Item Manager"}),
    "Item Group": frozenset({"Item Manager"}),
    "Brand": frozenset({"Item Manager"}),
    "Item Price": frozenset({"Sales Master Manager", "Purchase Master Manager"}),
    "Price List": frozenset({"Sales Master Manager", "Purchase Master Manager"}),
    "Customer": frozenset({"Sales User", "Sales Master Manager"}),
    "Supplier": frozenset({"Purchase User", "Purchase Master Manager"}),
    "Sales Invoice": frozenset({"Accounts User"}),
    "POS Invoice": frozenset({"Accounts User"}),
    "Payment Entry": _ACCOUNTS,
    "Sales Order": frozenset({"Sales User", "Sales Manager"}),
    "Delivery Note": frozenset({"Stock User", "Sales User"}),
    "Purchase Receipt": _STOCKING,
    "Batch": frozenset({"Item Manager"}),
    "Serial and Batch Bundle": _STOCKING,
    "Pricing Rule": frozenset({"Sales Manager", "Accounts Manager", MANAGER}),
    "Loyalty Program": _MANAGERS,
    "Custom Field": _MANAGERS,
    "Webhook": _MANAGERS,
    "Stock Settings": _MANAGERS,
    "Selling Settings": _MANAGERS,
    "Accounts Settings": _MANAGERS,
    "Global Defaults": _MANAGERS,
    "System Settings": _MANAGERS,
    # only what ERPNext itself books makes these (API.md 12)
    "Loyalty Point Entry": NOBODY,
    "Bin": NOBODY,
    "Stock Ledger Entry": NOBODY,
    "Deleted Document": NOBODY,
}


class Right(StrEnum):
    """What a role may do with the documents of a DocType."""

    READ = "read"
    CREATE = "create"
    WRITE = "write"
    SUBMIT = "submit"
    DELETE = "delete"


@dataclass(frozen=True)
class User:
    """Someone with an API key; ``roles`` None has them all."""

    name: str
    secret: str = field(repr=False)
    may_not_read: frozenset[str] = frozenset()
    roles: frozenset[str] | None = None
    enabled: bool = True

    def may_read(self, doctype: str) -> bool:
        """Whether the roles read this DocType; what the table does not name, everyone with a key reads."""
        if self.name == GUEST or doctype in self.may_not_read:
            return False
        return self.roles is None or doctype not in READERS or bool(self.roles & READERS[doctype])

    def may(self, right: Right, doctype: str) -> bool:
        """Whether the roles give this right; what the table does not name, everyone with a key writes."""
        if right == Right.READ or not self.may_read(doctype):
            return self.may_read(doctype)
        allowed = WRITERS.get(doctype)
        return allowed is None or (bool(allowed) if self.roles is None else bool(self.roles & allowed))


def signed_in(users: Mapping[str, User], authorization: str) -> User:
    """Whoever the header names. Raises RefusalError when it names nobody; without one, a guest."""
    if not authorization:
        return User(GUEST, "")
    scheme, _, pair = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(pair).decode()
        except (binascii.Error, UnicodeDecodeError) as why:
            raise wrong_credentials() from why
    key, _, secret = pair.partition(":")
    user = users.get(key)
    if user is None or not user.enabled or not hmac.compare_digest(user.secret.encode(), secret.encode()):
        raise wrong_credentials()
    return user
