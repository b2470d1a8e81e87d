"""Verbs about staff and app keys: the only code that changes people, roles, rights and keys."""

from apps.accounts.services.app_key_use import write_uses
from apps.accounts.services.app_keys import (
    NewSecret,
    edit_app_key,
    end_old_secret,
    make_app_key,
    revoke_app_key,
    rotate_app_key,
    tell_expiring,
)
from apps.accounts.services.app_sign_ins import SIGN_INS, apps_signed_in, end_app_sign_in
from apps.accounts.services.changing_second_factor import (
    begin_second_factor,
    confirm_second_factor,
    renew_codes,
    reset_second_factor,
    turn_off,
)
from apps.accounts.services.grants import set_grants
from apps.accounts.services.guarding import MANAGERS, holds, roles_to_give, why_not_his_rights
from apps.accounts.services.key_changes import old_state_until
from apps.accounts.services.lockout import prune_tries, unlock
from apps.accounts.services.passwords import change_password, set_password
from apps.accounts.services.people import PROFILE, change_profile, create_staff, deactivate, reactivate
from apps.accounts.services.photos import remove_photo, set_photo
from apps.accounts.services.resetting import ask_for_reset, prune_resets, reset_password, send_reset
from apps.accounts.services.reviewing import Override, review_grants, review_overrides
from apps.accounts.services.rights import set_override, set_overrides, set_roles
from apps.accounts.services.roles import add_role, is_built_in, remove_role, rename_role
from apps.accounts.services.seeding import seed_roles
from apps.accounts.services.sessions import (
    SignedOut,
    end_all_sessions,
    end_session,
    is_signed_in,
    prune_sessions,
)
from apps.accounts.services.signing_in import Proven, prove, prove_code, prove_password

__all__ = [
    "MANAGERS",
    "PROFILE",
    "SIGN_INS",
    "NewSecret",
    "Override",
    "Proven",
    "SignedOut",
    "add_role",
    "apps_signed_in",
    "ask_for_reset",
    "begin_second_factor",
    "change_password",
    "change_profile",
    "confirm_second_factor",
    "create_staff",
    "deactivate",
    "edit_app_key",
    "end_all_sessions",
    "end_app_sign_in",
    "end_old_secret",
    "end_session",
    "holds",
    "is_built_in",
    "is_signed_in",
    "make_app_key",
    "old_state_until",
    "prove",
    "prove_code",
    "prove_password",
    "prune_resets",
    "prune_sessions",
    "prune_tries",
    "reactivate",
    "remove_photo",
    "remove_role",
    "rename_role",
    "renew_codes",
    "reset_password",
    "reset_second_factor",
    "review_grants",
    "review_overrides",
    "revoke_app_key",
    "roles_to_give",
    "rotate_app_key",
    "seed_roles",
    "send_reset",
    "set_grants",
    "set_override",
    "set_overrides",
    "set_password",
    "set_photo",
    "set_roles",
    "tell_expiring",
    "turn_off",
    "unlock",
    "why_not_his_rights",
    "write_uses",
]
