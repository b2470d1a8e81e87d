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


class SignInRefusedError(DomainError):
    """Address and password do not go together, or the person may not sign in: which of them is not told."""

    code = "sign-in-refused"
    status = 401


class SecondFactorNeededError(DomainError):
    """The password is right; a code from the phone, or a recovery code, is asked for now."""

    code = "second-factor-needed"
    status = 401


class PasswordNeededError(DomainError):
    """Whoever sits there has not typed the password for a while: he does so first."""

    code = "password-needed"
    status = 403


class WrongCodeError(DomainError):
    """The code is wrong, has run out or was used already."""

    code = "wrong-code"
    status = 401


class LockedOutError(DomainError):
    """Too many tries failed; ``wait`` says for how many seconds even the right answer is refused."""

    code = "locked-out"
    status = 429

    def __init__(self, sentence: str, *, wait: float) -> None:
        super().__init__(sentence)
        self.wait = wait


class TooSoonError(LockedOutError):
    """After a wrong code the phone's next one is not looked at for a moment; it is not counted either."""

    code = "too-soon"


class SecondFactorRequiredError(DomainError):
    """A role of his asks for it."""

    code = "second-factor-required"


class LinkGoneError(DomainError):
    """The link for a new password was used, or is too old."""

    code = "link-gone"
    status = 410


class AppKeyRevokedError(DomainError):
    """What is revoked stays so."""

    code = "app-key-revoked"


class AlreadyMadeError(DomainError):
    """The form was sent before; what it made then was shown then."""

    code = "already-made"


class RotationUnderWayError(DomainError):
    """A key has at most two secrets at a time."""

    code = "rotation-under-way"


class SecondFactorMissingError(DomainError):
    """His roles ask for a second factor, and he has not set one up."""

    code = "second-factor-missing"
    status = 403


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
