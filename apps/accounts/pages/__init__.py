"""The staff pages of accounts: one's preferences, the rights of roles, a new colleague."""

from apps.accounts.pages import (
    adding_staff,
    person_rights,
    preferences,
    role_permissions,
    roles,
    view_as,
    why,
)

__all__ = ["adding_staff", "person_rights", "preferences", "role_permissions", "roles", "view_as", "why"]
