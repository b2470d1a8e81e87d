"""People who sign in to the back office, and what they may do there."""

from apps.accounts.models.people import Reason, User, UserManager
from apps.accounts.models.rights import Right, RoleGrant

__all__ = ["Reason", "Right", "RoleGrant", "User", "UserManager"]
