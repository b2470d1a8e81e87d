"""People who sign in to the back office, and what they may do there."""

from apps.accounts.models.app_keys import AppKey, AppSecret
from apps.accounts.models.app_sign_ins import StaffSignIn
from apps.accounts.models.people import Reason, User, UserManager
from apps.accounts.models.photos import Photo
from apps.accounts.models.resets import Reset
from apps.accounts.models.rights import Right, RoleGrant
from apps.accounts.models.sessions import Session
from apps.accounts.models.signing_in import RecoveryCode, Tries

__all__ = [
    "AppKey",
    "AppSecret",
    "Photo",
    "Reason",
    "RecoveryCode",
    "Reset",
    "Right",
    "RoleGrant",
    "Session",
    "StaffSignIn",
    "Tries",
    "User",
    "UserManager",
]
