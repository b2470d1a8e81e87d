"""The staff pages of accounts: the door, oneself, rights of roles, a new colleague, a new key, security."""

from apps.accounts.pages import (
    adding_staff,
    app_keys,
    app_sign_ins,
    my_profile,
    photos,
    preferences,
    role_permissions,
    second_factor,
    security,
)

__all__ = [
    "adding_staff",
    "app_keys",
    "app_sign_ins",
    "my_profile",
    "photos",
    "preferences",
    "role_permissions",
    "second_factor",
    "security",
]
