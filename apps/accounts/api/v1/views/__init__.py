"""Routes about staff and about the app that calls."""

from apps.accounts.api.v1.views.app import CallingAppView
from apps.accounts.api.v1.views.me import Me
from apps.accounts.api.v1.views.roles import RoleDetail, RoleGrants, RoleGrantsReview, Roles
from apps.accounts.api.v1.views.sign_in import Refresh, SignIn, SignOut
from apps.accounts.api.v1.views.staff import (
    DeactivateStaff,
    ReactivateStaff,
    Staff,
    StaffMember,
    StaffOverrides,
    StaffPassword,
    StaffRoles,
)

__all__ = [
    "CallingAppView",
    "DeactivateStaff",
    "Me",
    "ReactivateStaff",
    "Refresh",
    "RoleDetail",
    "RoleGrants",
    "RoleGrantsReview",
    "Roles",
    "SignIn",
    "SignOut",
    "Staff",
    "StaffMember",
    "StaffOverrides",
    "StaffPassword",
    "StaffRoles",
]
