"""Roles and what they give."""

from typing import Any

from django.contrib.auth.models import Group
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.api.v1.serializers.staff import ReasonIn
from apps.accounts.models.rights import REACHES
from apps.accounts.permissions import Reach
from apps.accounts.services import is_built_in
from apps.accounts.services.reviewing import GrantsReview
from apps.core.api.serializers import IdField, OutSerializer, StrictSerializer


class GrantOut(OutSerializer):
    """A key that a role gives, and how far it goes."""

    key = serializers.CharField(help_text="A permission key, such as `products.view`.")
    reach = serializers.ChoiceField(choices=REACHES, help_text="Of which records.")


class RoleOut(OutSerializer):
    """A role, how many people are in it, and what it gives to whoever joins it."""

    id = IdField()
    name = serializers.CharField()
    is_built_in = serializers.SerializerMethodField(
        help_text="Whether Larder itself asks for this role: it cannot go."
    )
    people = serializers.IntegerField(help_text="How many are in it.")
    grants = serializers.SerializerMethodField()

    def get_is_built_in(self, role: Group) -> bool:
        return is_built_in(role)

    @extend_schema_field(GrantOut(many=True))
    def get_grants(self, role: Any) -> list[dict[str, str]]:
        grants = sorted(role.grants.all(), key=lambda grant: grant.key)
        return [{"key": grant.key, "reach": grant.reach} for grant in grants]


class GrantIn(StrictSerializer):
    """A key, and how far it goes."""

    key = serializers.CharField(max_length=60, help_text="A permission key, such as `products.view`.")
    reach = serializers.ChoiceField(choices=REACHES, default=Reach.ALL.value, help_text="Of which records.")


class GrantsIn(ReasonIn):
    """All that the role gives from now on: a key that is not named is given no more."""

    grants = GrantIn(many=True, max_length=500)  # type: ignore[call-arg]
    apply_to_people = serializers.BooleanField(
        default=False, help_text="Whether it also concerns who is in the role already."
    )
    seen = serializers.CharField(
        max_length=64,
        required=False,
        help_text="The seal of a review; 409 `stale-review` when something else would change by now.",
    )


class ShiftOut(OutSerializer):
    """A key that goes otherwise; null where it is not held."""

    key = serializers.CharField(help_text="A permission key.")
    before = serializers.ChoiceField(
        choices=REACHES, allow_null=True, help_text="How far it reached; null where it was not held."
    )
    after = serializers.ChoiceField(
        choices=REACHES, allow_null=True, help_text="How far it would reach; null where it would not be held."
    )


class PersonShiftsOut(OutSerializer):
    """What applying it means for one person."""

    id = IdField(source="person.pk")
    full_name = serializers.CharField(source="person.full_name")
    shifts = ShiftOut(many=True)
    kept = serializers.SerializerMethodField()

    def get_kept(self, review: Any) -> list[str]:
        """The changed keys about which something was decided for this person alone: that goes on deciding."""
        return [key for key, _own in review.kept]


class GrantsReviewOut(OutSerializer):
    """What other grants would mean: for the role, and for its people if they were applied to them."""

    seal = serializers.CharField(help_text="To be handed in as `seen`, so that only just this is written.")
    shifts = serializers.SerializerMethodField()
    members = serializers.IntegerField(help_text="How many people are in the role.")
    people = PersonShiftsOut(many=True)

    @extend_schema_field(ShiftOut(many=True))
    def get_shifts(self, review: GrantsReview) -> Any:
        return ShiftOut([shift for one in review.roles for shift in one.shifts], many=True).data
