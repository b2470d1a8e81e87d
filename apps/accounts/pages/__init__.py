"""The staff pages of accounts: one's preferences, the rights of roles, a new colleague."""

from apps.accounts.pages import adding_staff, preferences, role_permissions

__all__ = ["adding_staff", "preferences", "role_permissions"]
