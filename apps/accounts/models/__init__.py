"""People who sign in to the back office, and what they may do there."""

from apps.accounts.models.app_keys import AppKey, AppSecret
from apps.accounts.models.app_sign_ins import StaffSignIn
from apps.accounts.models.people import Reason, User, UserManager
from apps.accounts.models.rights import Right, RoleGrant
from apps.accounts.models.signing_in import RecoveryCode, Tries

__all__ = [
    "AppKey",
    "AppSecret",
    "Reason",
    "RecoveryCode",
    "Right",
    "RoleGrant",
    "StaffSignIn",
    "Tries",
    "User",
    "UserManager",
]
