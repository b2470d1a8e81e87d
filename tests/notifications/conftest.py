"""Kinds of messages, and somebody to tell them to."""

from collections.abc import Iterator

import pytest

from apps.core import options
from apps.core.actors import COMMAND
from apps.notifications import message_kinds
from apps.notifications.message_kinds import MessageKind, Variable
from apps.notifications.services import Recipient
from apps.notifications.states import Category
from apps.notifications.wording import Words

NOBODY_LISTENS: dict[type, tuple[object, ...]] = {}


@pytest.fixture
def order_kind() -> Iterator[MessageKind]:
    """What a customer has to be told, at any hour."""
    kind = MessageKind(
        key="test.on_its_way",
        title="On its way",
        category=Category.ORDERS,
        can_be_refused=False,
        is_urgent=True,
        variables=(Variable("number", "Order number", "SAL-1"), Variable("day", "Day", "Tuesday")),
        texts={
            "en": Words("Order {number} is on its way", "It arrives on {day}."),
            "ar": Words("طلبك {number} في الطريق"),
        },
    )
    message_kinds.register(kind)
    yield kind
    message_kinds.forget(kind.key)


@pytest.fixture
def offer_kind() -> Iterator[MessageKind]:
    """What a customer can do without."""
    kind = MessageKind(
        key="test.offer",
        title="Offer",
        category=Category.MARKETING,
        texts={"en": Words("Apples are cheap today")},
    )
    message_kinds.register(kind)
    yield kind
    message_kinds.forget(kind.key)


@pytest.fixture
def ann() -> Recipient:
    return Recipient("customer", "41", "en")


@pytest.fixture
def never_quiet(db: None) -> None:
    """Pushes go at any hour."""
    options.save({"notifications.quiet_from": "0", "notifications.quiet_until": "0"}, actor=COMMAND)
