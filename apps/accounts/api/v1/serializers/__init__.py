"""Staff, as the API tells of them."""

from apps.accounts.api.v1.serializers.me import MeOut
from apps.accounts.api.v1.serializers.roles import GrantsIn, GrantsReviewOut, RoleOut
from apps.accounts.api.v1.serializers.staff import (
    OverridesIn,
    PasswordIn,
    ProfileIn,
    ReasonIn,
    RolesIn,
    StaffDetailOut,
    StaffIn,
    StaffOut,
)

__all__ = [
    "GrantsIn",
    "GrantsReviewOut",
    "MeOut",
    "OverridesIn",
    "PasswordIn",
    "ProfileIn",
    "ReasonIn",
    "RoleOut",
    "RolesIn",
    "StaffDetailOut",
    "StaffIn",
    "StaffOut",
]
