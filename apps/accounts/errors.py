"""Refusals about staff."""

from apps.core.errors import DomainError, InvalidInputError, PermissionDeniedError


class NotYoursToManageError(PermissionDeniedError):
    """The one who asks may not change this person, or not in this way."""


class LastSuperAdminError(DomainError):
    """Without a Super Admin nobody could give the role back."""

    code = "last-super-admin"


class EmailTakenError(InvalidInputError):
    """Somebody signs in with this address already."""

    code = "email-taken"
    status = 409


class UnfitPasswordError(InvalidInputError):
    """The password is wrong, or too weak to be one."""

    code = "unfit-password"


class StaleReviewError(DomainError):
    """What would change is no longer what the person who saves has seen."""

    code = "stale-review"


class RoleTakenError(InvalidInputError):
    """A role is called so already."""

    code = "role-taken"
    status = 409


class RoleInUseError(DomainError):
    """Somebody is in the role."""

    code = "role-in-use"


class BuiltInRoleError(DomainError):
    """One of the roles that Larder itself asks for."""

    code = "built-in-role"
