"""Staff and apps, as the API tells of them."""

from apps.accounts.api.v1.serializers.app import AppOut
from apps.accounts.api.v1.serializers.me import MeOut
from apps.accounts.api.v1.serializers.roles import GrantsIn, GrantsReviewOut, RoleOut
from apps.accounts.api.v1.serializers.sign_in import RefreshIn, SignInIn, TokensOut
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
    "AppOut",
    "GrantsIn",
    "GrantsReviewOut",
    "MeOut",
    "OverridesIn",
    "PasswordIn",
    "ProfileIn",
    "ReasonIn",
    "RefreshIn",
    "RoleOut",
    "RolesIn",
    "SignInIn",
    "StaffDetailOut",
    "StaffIn",
    "StaffOut",
    "TokensOut",
]
