"""Who may ask the demo site, and what: API keys, roles, and what each role reads (API.md 2)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
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
