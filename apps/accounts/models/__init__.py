"""People who sign in to the back office, and what they may do there."""

from apps.accounts.models.people import Reason, User, UserManager
from apps.accounts.models.photos import Photo
from apps.accounts.models.resets import Reset
from apps.accounts.models.rights import Right, RoleGrant
from apps.accounts.models.sessions import Session
from apps.accounts.models.signing_in import RecoveryCode, Tries

__all__ = [
    "Photo",
    "Reason",
    "RecoveryCode",
    "Reset",
    "Right",
    "RoleGrant",
    "Session",
    "Tries",
    "User",
    "UserManager",
]
