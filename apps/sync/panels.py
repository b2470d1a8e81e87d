"""What the sync puts on the profile of everything that it brings in."""

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.mirror import MirroredModel
from apps.core.panels import Panel, StripTool, register
from apps.sync.entities import is_brought_in, origin_of, origins
from apps.sync.explanation import Explanation
from apps.sync.pages.rereading import ReadAgain
from apps.sync.services import gate
from apps.sync.states import Direction

EXPLAIN = "explain"  # the card's name, by which the strip leads to it


def explain(record: Model, request: HttpRequest) -> Mapping[str, Any]:
    """Where it comes from, and what each run changed in it."""
    return {"why": Explanation(cast("MirroredModel", record))}


def anchor(record: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The way from the strip to the card."""
    return {"panel": EXPLAIN}


def read_again(record: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The button, or why it is off."""
    entity = origin_of(cast("MirroredModel", record)).entity
    return {
        "link": ReadAgain.link(label=record._meta.label_lower, pk=record.pk),
        "closed": gate.why_closed(request.user, entity.name, Direction.PULL),
    }


for label in sorted({origin.source.model._meta.label_lower for origin in origins()}):
    register(
        Panel(
            model=label,
            name=EXPLAIN,
            title=_("Where this comes from"),
            permission_key="sync.view",
            order=900,
            template_name="sync/explain.html",
            facts=explain,
            is_shown=is_brought_in,
        )
    )
    register(
        StripTool(
            model=label,
            name=EXPLAIN,
            title=_("Explain"),
            permission_key="sync.view",
            order=10,
            template_name="sync/explain_link.html",
            facts=anchor,
            is_shown=is_brought_in,
        )
    )
    register(
        StripTool(
            model=label,
            name="read-again",
            title=_("Read again now"),
            permission_key=gate.RUN_KEY,
            order=20,
            template_name="sync/read_again.html",
            facts=read_again,
            is_shown=is_brought_in,
        )
    )
