"""Members of staff, for who manages them. Admins see Super Admins, whom only their like may change."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import services
from apps.accounts.api.v1.filters import StaffFilter
from apps.accounts.api.v1.serializers import (
    OverridesIn,
    PasswordIn,
    ProfileIn,
    ReasonIn,
    RolesIn,
    StaffDetailOut,
    StaffIn,
    StaffOut,
)
from apps.accounts.models import Right, User
from apps.accounts.permissions import Reach
from apps.accounts.services import Override
from apps.core.actors import Actor, Person
from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, View
from apps.core.errors import FieldError, InvalidInputError, NotFoundError


def actor_of(request: Request) -> Actor:
    return Actor.of(cast("Person", request.user))


def checked(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, as the serializer takes it. Raises ValidationError."""
    asked = form(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def one(user_id: int) -> User:
    """The person, with his roles. Raises NotFoundError."""
    found = User.objects.filter(pk=user_id).prefetch_related("groups").first()
    if found is None:
        raise NotFoundError(_("There is no such member of staff."))
    return found


def told(user_id: int, status: int = 200) -> Response:
    """The person as he is now."""
    return Response(StaffDetailOut(one(user_id)).data, status=status)


class Staff(ListView):
    """Everyone who signs in, or did."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List staff", "POST": "Add a member of staff"}
    required_keys: ClassVar = {"GET": "users.view", "POST": "users.create"}
    queryset: QuerySet[User] = User.objects.prefetch_related("groups")
    serializer_class = StaffOut
    filterset_class = StaffFilter
    orderings: ClassVar = {
        "full_name": ("full_name", "id"),
        "created_at": ("created_at", "id"),
        "id": ("id",),
    }
    usual_ordering = "full_name"

    @extend_schema(request=StaffIn, responses={201: StaffDetailOut})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a member of staff with the rights of his roles."""
        made = services.create_staff(actor=actor_of(request), **checked(StaffIn, request))
        return told(made.pk, status=201)


class StaffMember(View):
    """One member of staff."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One member of staff", "PATCH": "Change a name, language or theme"}
    required_keys: ClassVar = {"GET": "users.view", "PATCH": "users.edit"}

    @extend_schema(responses=StaffDetailOut)
    def get(self, request: Request, user_id: int) -> Response:
        """With every right, and what was allowed or denied to him alone."""
        return told(user_id)

    @extend_schema(request=ProfileIn, responses=StaffDetailOut)
    def patch(self, request: Request, user_id: int) -> Response:
        """Name, language, theme; with ``seen`` only if nobody else has changed the same meanwhile."""
        services.change_profile(user_id, actor=actor_of(request), **checked(ProfileIn, request))
        return told(user_id)


class StaffRoles(View):
    """The roles of one person."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"PUT": "Set the roles of a person"}
    required_keys: ClassVar = {"PUT": "users.edit"}

    @extend_schema(request=RolesIn, responses=StaffDetailOut)
    def put(self, request: Request, user_id: int) -> Response:
        """Exactly these roles, with what the new ones give now; nobody changes his own."""
        services.set_roles(user_id, actor=actor_of(request), **checked(RolesIn, request))
        return told(user_id)


class StaffOverrides(View):
    """What is allowed or denied to one person alone."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"PATCH": "Allow or deny keys to a person"}
    required_keys: ClassVar = {"PATCH": "users.edit"}

    @extend_schema(request=OverridesIn, responses=StaffDetailOut)
    def patch(self, request: Request, user_id: int) -> Response:
        """Allow or deny keys, or let the roles decide again: all of it or none.

        Nobody changes his own rights, and nobody gives a key that he lacks or reaches less far with himself.
        """
        asked = checked(OverridesIn, request)
        wanted = _overrides(asked["overrides"])
        services.set_overrides(user_id, wanted, actor=actor_of(request), reason=asked["reason"])
        return told(user_id)


def _overrides(asked: list[dict[str, Any]]) -> dict[str, Override | None]:
    wanted: dict[str, Override | None] = {}
    for place, line in enumerate(asked):
        if line["key"] in wanted:
            sentence = _("“%(key)s” is named twice.") % {"key": line["key"]}
            raise InvalidInputError(
                sentence, errors=[FieldError(f"overrides.{place}.key", "twice", sentence)]
            )
        source, reach = line["source"], Reach(line.get("reach", Reach.ALL))
        wanted[line["key"]] = Override(Right.Source(source), reach) if source else None
    return wanted


class DeactivateStaff(View):
    """An end of signing in."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"POST": "Stop a person from signing in"}
    required_keys: ClassVar = {"POST": "users.delete"}

    @extend_schema(request=ReasonIn, responses=StaffDetailOut)
    def post(self, request: Request, user_id: int) -> Response:
        """He may no longer sign in, at once; what he did stays his. The last Super Admin stays."""
        services.deactivate(user_id, actor=actor_of(request), **checked(ReasonIn, request))
        return told(user_id)


class ReactivateStaff(View):
    """Signing in again."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"POST": "Let a person sign in again"}
    required_keys: ClassVar = {"POST": "users.edit"}

    @extend_schema(request=ReasonIn, responses=StaffDetailOut)
    def post(self, request: Request, user_id: int) -> Response:
        """He may sign in again, with the roles and rights he had."""
        services.reactivate(user_id, actor=actor_of(request), **checked(ReasonIn, request))
        return told(user_id)


class StaffPassword(View):
    """A password for somebody else."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"PUT": "Set a new password for a person"}
    required_keys: ClassVar = {"PUT": "users.edit"}

    @extend_schema(request=PasswordIn, responses={204: None})
    def put(self, request: Request, user_id: int) -> Response:
        """To be told in person; it ends what was signed in. One's own is changed by the present one."""
        asked = checked(PasswordIn, request)
        services.set_password(user_id, new=asked["password"], actor=actor_of(request), reason=asked["reason"])
        return Response(status=204)
