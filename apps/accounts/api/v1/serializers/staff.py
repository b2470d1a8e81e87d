"""Members of staff, as who manages them sees and changes them."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import Right, User
from apps.accounts.models.rights import DECIDED, REACHES
from apps.accounts.reports import RightsOf
from apps.core.api.serializers import IdField, OutSerializer, StrictSerializer


class ReasonIn(StrictSerializer):
    """Why; it stands in the audit trail."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class StaffOut(OutSerializer):
    """Someone who signs in."""

    id = IdField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    language = serializers.CharField()
    theme = serializers.ChoiceField(choices=User.Theme.choices)
    is_active = serializers.BooleanField(help_text="Whether this person may sign in.")
    roles = serializers.SerializerMethodField()
    last_login = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    permissions_version = serializers.IntegerField(help_text="Rises with every change of roles or rights.")

    def get_roles(self, user: User) -> list[str]:
        return sorted(group.name for group in user.groups.all())


class OverrideOut(OutSerializer):
    """What was decided about one key for this person alone."""

    key = serializers.CharField(help_text="A permission key.")
    source = serializers.ChoiceField(choices=DECIDED, help_text="Allowed or denied.")  # type: ignore[assignment]
    reach = serializers.ChoiceField(choices=REACHES, help_text="Of which records.")


class RightOut(OutSerializer):
    """A key that is held in the end."""

    key = serializers.CharField(help_text="A permission key.")
    reach = serializers.ChoiceField(choices=REACHES, help_text="Of which records.")
    by = serializers.ChoiceField(
        choices=[Right.Source.ROLE.value, Right.Source.ALLOW.value], help_text="A role, or an allowance."
    )


class StaffDetailOut(StaffOut):
    """With every right and where it comes from. Of who may not sign in: those that would hold again."""

    rights = serializers.SerializerMethodField()
    overrides = serializers.SerializerMethodField()

    @extend_schema_field(RightOut(many=True))
    def get_rights(self, user: User) -> list[dict[str, Any]]:
        rights = RightsOf(user)
        return [
            {"key": key, "reach": reach, "by": "allow" if key in rights.own else "role"}
            for key, reach in sorted(rights.result.items())
        ]

    @extend_schema_field(OverrideOut(many=True))
    def get_overrides(self, user: User) -> list[dict[str, Any]]:
        own = sorted(RightsOf(user).own.items())
        return [{"key": key, "source": one.source.value, "reach": one.reach.value} for key, one in own]


class StaffIn(StrictSerializer):
    """A new member of staff; without a password he waits for one."""

    email = serializers.EmailField(max_length=254)
    full_name = serializers.CharField(max_length=150)
    roles = serializers.ListField(child=serializers.CharField(max_length=150), max_length=50, default=list)
    password = serializers.CharField(
        max_length=128,
        required=False,
        trim_whitespace=False,
        write_only=True,
        style={"input_type": "password"},
    )


class ProfileSeenIn(StrictSerializer):
    """A profile, or a part of it."""

    full_name = serializers.CharField(max_length=150, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = serializers.ChoiceField(choices=User.Theme.choices, required=False)


class ProfileIn(ProfileSeenIn):
    """What is to be otherwise; the rest stays."""

    seen = ProfileSeenIn(
        required=False,
        help_text="What the person was shown, as it was read. What is given as it was seen is left alone; "
        "where somebody else has changed the same meanwhile, nothing is saved (409 `stale-review`).",
    )


class RolesIn(ReasonIn):
    """Exactly these roles, by name."""

    roles = serializers.ListField(child=serializers.CharField(max_length=150), max_length=50)
    seen = serializers.ListField(
        child=serializers.CharField(max_length=150),
        max_length=50,
        required=False,
        help_text="The roles that these were chosen from; with others by now nothing is changed.",
    )


class OverrideIn(StrictSerializer):
    """One key: allowed, denied, or null to let the roles decide again."""

    key = serializers.CharField(max_length=60, help_text="A permission key.")
    source = serializers.ChoiceField(
        choices=DECIDED, allow_null=True, help_text="Allow or deny; null lets the roles decide again."
    )  # type: ignore[assignment]
    reach = serializers.ChoiceField(
        choices=REACHES,
        required=False,
        help_text="Of an allowance; all if not said.",
    )


class OverridesIn(ReasonIn):
    """What is to be decided otherwise; keys that are not named stay as they are."""

    overrides = OverrideIn(many=True, min_length=1, max_length=500)  # type: ignore[call-arg]


class PasswordIn(ReasonIn):
    """A password to be told in person; it ends the sessions that are open."""

    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})
