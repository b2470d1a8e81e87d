"""Roles and what they give."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import services
from apps.accounts.api.v1.serializers import GrantsIn, GrantsReviewOut, RoleOut
from apps.accounts.api.v1.views.staff import actor_of, checked
from apps.accounts.permissions import Reach
from apps.accounts.services.guarding import ensure_known
from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, View
from apps.core.errors import FieldError, InvalidInputError, NotFoundError


def roles() -> "QuerySet[Any]":
    """Every role with its grants and how many people are in it."""
    return Group.objects.annotate(people=Count("users")).prefetch_related("grants")


class Roles(ListView):
    """Every role, with what it gives."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List roles"}
    required_keys: ClassVar = {"GET": "roles.view"}
    queryset: "QuerySet[Any]" = roles()
    serializer_class = RoleOut
    orderings: ClassVar = {"id": ("id",), "name": ("name", "id")}
    usual_ordering = "id"


class RoleDetail(View):
    """One role."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One role"}
    required_keys: ClassVar = {"GET": "roles.view"}

    @extend_schema(responses=RoleOut)
    def get(self, request: Request, role_id: int) -> Response:
        """With what it gives."""
        return told(role_id)


class RoleGrants(View):
    """What one role gives."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"PUT": "Set what a role gives"}
    required_keys: ClassVar = {"PUT": "roles.edit"}

    @extend_schema(request=GrantsIn, responses=RoleOut)
    def put(self, request: Request, role_id: int) -> Response:
        """All that the role gives from now on, and to who is in it already only with ``apply_to_people``.

        Only a Super Admin does so, and to any role but his own. Without ``seen`` it is written whatever
        somebody else has saved meanwhile; with the seal of a review only if just that would change.
        """
        asked = checked(GrantsIn, request)
        services.set_grants(
            {role_id: _grants(asked["grants"])},
            actor=actor_of(request),
            apply_to_people=asked["apply_to_people"],
            seen=asked.get("seen"),
            reason=asked["reason"],
        )
        return told(role_id)


class RoleGrantsReview(View):
    """What other grants would mean."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"POST": "Preview what a role would give"}
    required_keys: ClassVar = {"POST": "roles.edit"}

    @extend_schema(request=GrantsIn, responses=GrantsReviewOut)
    def post(self, request: Request, role_id: int) -> Response:
        """Who would gain and lose what, without writing anything."""
        wanted = _grants(checked(GrantsIn, request)["grants"])
        ensure_known(wanted)
        return Response(GrantsReviewOut(services.review_grants({role_id: wanted})).data)


def told(role_id: int) -> Response:
    """The role as it is now. Raises NotFoundError."""
    found = roles().filter(pk=role_id).first()
    if found is None:
        raise NotFoundError(_("There is no such role. Somebody may have removed it."))
    return Response(RoleOut(found).data)


def _grants(asked: list[dict[str, Any]]) -> Mapping[str, Reach]:
    wanted: dict[str, Reach] = {}
    for place, line in enumerate(asked):
        if line["key"] in wanted:
            sentence = _("“%(key)s” is named twice.") % {"key": line["key"]}
            raise InvalidInputError(sentence, errors=[FieldError(f"grants.{place}.key", "twice", sentence)])
        wanted[line["key"]] = Reach(line["reach"])
    return wanted
