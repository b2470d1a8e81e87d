"""Verbs about staff: the only code that changes people, roles and rights."""

from apps.accounts.services.grants import set_grants, set_role_grants
from apps.accounts.services.guarding import MANAGERS, roles_to_give, why_not_his_rights
from apps.accounts.services.passwords import change_password, set_password
from apps.accounts.services.people import change_profile, create_staff, deactivate, reactivate
from apps.accounts.services.reviewing import Override, review_grants, review_overrides
from apps.accounts.services.rights import set_override, set_overrides, set_roles
from apps.accounts.services.roles import add_role, is_built_in, remove_role, rename_role
from apps.accounts.services.seeding import seed_roles
from apps.accounts.services.sessions import prune_sessions

__all__ = [
    "MANAGERS",
    "Override",
    "add_role",
    "change_password",
    "change_profile",
    "create_staff",
    "deactivate",
    "is_built_in",
    "prune_sessions",
    "reactivate",
    "remove_role",
    "rename_role",
    "review_grants",
    "review_overrides",
    "roles_to_give",
    "seed_roles",
    "set_grants",
    "set_override",
    "set_overrides",
    "set_password",
    "set_role_grants",
    "set_roles",
    "why_not_his_rights",
]
