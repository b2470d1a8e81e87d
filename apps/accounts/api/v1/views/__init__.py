"""Routes about staff."""

from apps.accounts.api.v1.views.me import Me
from apps.accounts.api.v1.views.roles import RoleDetail, RoleGrants, RoleGrantsReview, Roles
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
    "DeactivateStaff",
    "Me",
    "ReactivateStaff",
    "RoleDetail",
    "RoleGrants",
    "RoleGrantsReview",
    "Roles",
    "Staff",
    "StaffMember",
    "StaffOverrides",
    "StaffPassword",
    "StaffRoles",
]
