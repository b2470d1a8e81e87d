"""The staff pages of accounts: the door, oneself, the rights of roles, a new colleague, security."""

from apps.accounts.pages import (
    adding_staff,
    my_profile,
    photos,
    preferences,
    role_permissions,
    second_factor,
    security,
)

__all__ = [
    "adding_staff",
    "my_profile",
    "photos",
    "preferences",
    "role_permissions",
    "second_factor",
    "security",
]
