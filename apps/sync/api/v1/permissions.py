"""Who may start something over the API: the gate, in its order (spec/01, Controls)."""

from typing import Any, Final

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import RawPostDataException
from rest_framework.request import Request

from apps.core.api.permissions import AnyStaff, StaffKey
from apps.sync.entities import ENTITIES
from apps.sync.services import gate
from apps.sync.states import Direction

STARTS: Final = "POST"


class MayTrigger(StaffKey):
    """On a POST first the environment, then the control of the entity that it names, then the key.

    What the body says otherwise is looked at after that: who may not start anything learns nothing of it.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == STARTS and AnyStaff.has_permission(self, request, view):
            gate.check_environment()
            if name := _entity_named(request):
                gate.check_control(name, Direction.PULL)
        return super().has_permission(request, view)


def _entity_named(request: Request) -> str:
    """The entity that the body names, if it can be read and that is one."""
    try:
        asked = orjson.loads(request.body)
    except (orjson.JSONDecodeError, RequestDataTooBig, RawPostDataException):
        return ""  # the parser says so to whoever may hear it
    named = asked.get("entity") if isinstance(asked, dict) else None
    return next((entity.name for entity in ENTITIES if entity.name == named), "")
