"""Cursor pages ``{results, next, previous}``: steady while rows are added, and as cheap far in as first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from apps.core import keyset
from apps.core.addresses import as_asked
from apps.core.options.own import ApiOptions

MOST: Final = 100


class CursorPages(BasePagination):
    """Pages of a list view, in one of the view's ``orderings``.

    ``orderings`` maps a public name to columns that end in a unique one; ``?ordering=-name`` turns one
    round, and ``usual_ordering`` is what one gets without asking.
    """

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self.url = f"{as_asked(request)}{request.get_full_path()}"
        self.found: keyset.Page[Model] = keyset.page(
            cast("QuerySet[Any]", queryset),
            ordering=_ordering(request.query_params.get("ordering", ""), view),
            size=_limit(request.query_params.get("limit")),
            cursor=request.query_params.get("cursor") or None,
        )
        return self.found.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "results": data,
                "next": self._link(self.found.next),
                "previous": self._link(self.found.previous),
            }
        )

    def _link(self, cursor: str | None) -> str | None:
        return replace_query_param(self.url, "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = "The address of that page; null where there is none."
        link = {"type": ["string", "null"], "format": "uri", "description": told}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """How a page is asked for, for the schema."""
        names = list(getattr(view, "orderings", {}))
        orders = [*names, *(f"-{name}" for name in names)]
        return [
            _parameter("cursor", "Where to go on, as `next` or `previous` say it.", {"type": "string"}),
            _parameter(
                "limit",
                "How many results a page holds; without it as many as the shop has set, usually 20.",
                {"type": "integer", "minimum": 1, "maximum": MOST},
            ),
            _parameter(
                "ordering",
                "The order of the results; a `-` before the name turns it round.",
                {"type": "string", "enum": orders, "default": getattr(view, "usual_ordering", "")},
            ),
            _parameter(
                "fields",
                "Only these fields of each result, by name, with commas between; without it all of them.",
                {"type": "string", "example": "id"},
            ),
        ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "required": False, "in": "query", "description": description, "schema": schema}


def _limit(asked: str | None) -> int:
    if asked is None:
        return ApiOptions().page_size
    if not (re.fullmatch(r"[0-9]{1,3}", asked) and 1 <= int(asked) <= MOST):
        raise _refusal("limit", _("A whole number from 1 to %(most)d.") % {"most": MOST})
    return int(asked)


def _ordering(asked: str, view: Any) -> tuple[str, ...]:
    known: Mapping[str, tuple[str, ...]] = view.orderings
    asked = asked or view.usual_ordering
    name = asked.removeprefix("-")
    if name not in known:
        raise _refusal("ordering", _("One of %(names)s.") % {"names": ", ".join(known)})
    return known[name] if asked == name else tuple(_turned(step) for step in known[name])


def _turned(step: str) -> str:
    return step.removeprefix("-") if step.startswith("-") else f"-{step}"


def _refusal(field: str, message: str) -> ValidationError:
    return ValidationError({field: [ErrorDetail(message, code="invalid")]})
