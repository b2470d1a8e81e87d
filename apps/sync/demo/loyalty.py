"""What ERPNext says somebody's points are worth, and which tier they reach (API.md 12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.sync.demo.collation import collated, worded
from apps.sync.demo.rows import Row
from apps.sync.demo.store import Store


@dataclass(frozen=True)
class Holder:
    """Whose points: a customer's in a program; "" is any company."""

    customer: str
    program: str
    company: str


@dataclass(frozen=True)
class Held:
    """What a customer has in a program: points, and what was spent for them."""

    points: int
    spent: Decimal


def entries(store: Store, holder: Holder) -> list[Row]:
    """The entries of a customer in a program, earned and redeemed."""
    own = store.table("Loyalty Point Entry").rows.index("customer").equal([worded(holder.customer)])
    return [
        row
        for row in own
        if collated(row["loyalty_program"] or "") == collated(holder.program)
        and holder.company in ("", row["company"])
    ]


def held(store: Store, holder: Holder, *, on: str, with_expired: bool = False) -> Held:
    """What there is on a day; a redemption goes when the entry expires from which it was taken."""
    counted = [
        row
        for row in entries(store, holder)
        if (row["posting_date"] or "") <= on and (with_expired or on <= (row["expiry_date"] or ""))
    ]
    spent = sum((Decimal(repr(row["purchase_amount"])) for row in counted), Decimal())
    return Held(sum(row["loyalty_points"] for row in counted), spent)


def tier_of(rules: Sequence[Row], spent: Decimal) -> Row | None:
    """The rule of the tier that this much spent reaches: from the highest down, as long as what was spent
    does not pass the next. ERPNext's own loop: who is between two tiers is in the higher one.
    """
    falling = sorted(rules, key=lambda rule: -(rule["min_spent"] or 0))
    reached = next(iter(falling), None)
    for rule in falling[1:]:
        if spent > Decimal(repr(rule["min_spent"] or 0)):
            break
        reached = rule
    return reached


def program_with_points(store: Store, program: Row, *, customer: str, company: str) -> dict[str, Any]:
    """The program with what this customer has in it today."""
    today = str(store.now().date())
    now = held(store, Holder(customer, program["name"], company), on=today)
    tier = tier_of(program["collection_rules"], now.spent) or {}
    return (
        {"loyalty_program": program["name"]}
        | program
        | {"loyalty_points": float(now.points), "total_spent": float(now.spent)}
        | {key: tier[key] for key in ("tier_name", "collection_factor") if key in tier}
    )
