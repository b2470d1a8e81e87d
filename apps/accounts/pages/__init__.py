"""The staff pages of accounts: one's preferences, the rights of roles, a new colleague, a new key."""

from apps.accounts.pages import adding_staff, app_keys, app_sign_ins, preferences, role_permissions

__all__ = ["adding_staff", "app_keys", "app_sign_ins", "preferences", "role_permissions"]
