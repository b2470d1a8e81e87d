"""An app below the sync knows whether what it would queue is to be told at all."""

from dataclasses import replace
from typing import Any

import pytest

from apps.core import outgoing
from apps.core.actors import COMMAND
from apps.sync.services import gate
from apps.sync.states import Direction

pytestmark = pytest.mark.django_db
GOVERNED = {
    "item_price": "prices",
    "pricing_rule": "pricing_rules",
    "batch": "batches",
    "purchase_receipt": "batches",
}


@pytest.mark.parametrize(("kind", "entity"), GOVERNED.items())
def test_a_kind_is_wanted_while_its_push_control_is_on(kind: str, entity: str, settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)  # what is queued waits then
    assert not outgoing.is_wanted(kind)
    gate.set_controls({(entity, Direction.PUSH): True}, actor=COMMAND)
    assert outgoing.is_wanted(kind)
    assert {one for one in GOVERNED if outgoing.is_wanted(one)} == {
        one for one, other in GOVERNED.items() if other == entity
    }
