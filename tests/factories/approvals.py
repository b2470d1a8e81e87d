"""The least valid thing to decide."""

from typing import Any

from apps.approvals.services import Proposal
from apps.core.audit import Subject


def proposal(**given: Any) -> Proposal:
    """A price that somebody would like to change."""
    return Proposal(
        **{
            "kind": "test.price",
            "title": "Milk 1 l to £1.20",
            "subject": Subject(kind="test.product", id="milk", label="Milk 1 l"),
            "before": {"price": "1.10"},
            "after": {"price": "1.20"},
        }
        | given
    )
