"""Verbs about staff: the only code that changes people, roles and rights."""

from apps.accounts.services.guarding import roles_to_give
from apps.accounts.services.passwords import change_password, set_password
from apps.accounts.services.people import change_profile, create_staff, deactivate, reactivate
from apps.accounts.services.rights import set_override, set_role_grants, set_roles
from apps.accounts.services.seeding import seed_roles
from apps.accounts.services.sessions import prune_sessions

__all__ = [
    "change_password",
    "change_profile",
    "create_staff",
    "deactivate",
    "prune_sessions",
    "reactivate",
    "roles_to_give",
    "seed_roles",
    "set_override",
    "set_password",
    "set_role_grants",
    "set_roles",
]
