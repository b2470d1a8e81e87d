"""What ERPNext says somebody's points are worth (API.md 12)."""

from typing import Any

from apps.sync.demo.collation import collated
from apps.sync.demo.rows import Row
from apps.sync.demo.store import Store


def program_with_points(store: Store, program: Row, *, customer: str, company: str) -> dict[str, Any]:
    """The program with what this customer has in it today."""
    today = str(store.now().date())
    entries = [
        row
        for row in store.table("Loyalty Point Entry").rows.values()
        if (collated(row["customer"]), row["loyalty_program"]) == (collated(customer), program["name"])
        and company in ("", row["company"])
        and (row["posting_date"] or "") <= today <= (row["expiry_date"] or "")
    ]
    spent = round(sum(row["purchase_amount"] for row in entries), 9)
    rules = sorted(program["collection_rules"], key=lambda rule: -(rule["min_spent"] or 0))
    # from the highest down, as long as what was spent does not reach the next: ERPNext's own loop
    reached = rules[:1]
    for rule in rules[1:]:
        if spent > rule["min_spent"]:
            break
        reached = [rule]
    return (
        {"loyalty_program": program["name"]}
        | program
        | {"loyalty_points": float(sum(row["loyalty_points"] for row in entries)), "total_spent": spent}
        | {key: rule[key] for rule in reached for key in ("tier_name", "collection_factor")}
    )
