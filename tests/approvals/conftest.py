"""A kind of item that changes a real row, so that what is accepted can be seen."""

from collections.abc import Iterator

import pytest
from django import forms

from apps.accounts.models import Right, User
from apps.approvals import registry
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.core.actors import Actor
from apps.core.errors import DomainError
from apps.core.models import OptionValue
from tests.factories.accounts import StaffFactory

KEY = "products.approve"


class PriceForm(forms.Form):
    price = forms.DecimalField(max_digits=6, decimal_places=2, min_value=0)


def set_price(item: Item, actor: Actor) -> None:
    """The owning app's verb. It writes first and refuses afterwards, as a verb may."""
    OptionValue.objects.update_or_create(key=f"price:{item.subject_id}", defaults={"value": item.proposed})
    if item.proposed["price"] == "13.00":
        raise DomainError("Nothing costs thirteen pounds here.")


@pytest.fixture
def price_kind() -> Iterator[ItemKind]:
    kind = ItemKind(
        key="test.price",
        title="Price",
        permission_key=KEY,
        apply=set_price,
        edit_form=PriceForm,
        in_bulk=True,
        labels={"price": "Price"},
    )
    registry.register(kind)
    yield kind
    registry.forget(kind.key)


def price_of(subject: str) -> str | None:
    """What the shop charges now, as the verb wrote it."""
    row = OptionValue.objects.filter(key=f"price:{subject}").first()
    return row.value["price"] if row else None


def decider(**given: object) -> User:
    """Somebody who may decide prices."""
    person = StaffFactory(**given)
    Right.objects.create(user=person, key=KEY, source=Right.Source.ALLOW)
    return person
