"""The staff pages of accounts: the door, oneself, rights, a new colleague, keys of apps, security."""

from apps.accounts.pages import (
    adding_staff,
    app_keys,
    app_sign_ins,
    my_profile,
    person_rights,
    photos,
    preferences,
    role_permissions,
    roles,
    second_factor,
    security,
    view_as,
    why,
)

__all__ = [
    "adding_staff",
    "app_keys",
    "app_sign_ins",
    "my_profile",
    "person_rights",
    "photos",
    "preferences",
    "role_permissions",
    "roles",
    "second_factor",
    "security",
    "view_as",
    "why",
]
