"""The second factor: an authenticator app's codes, and recovery codes for the day the phone is lost.

django-otp keeps the secret, refuses a code that was used and pauses after a wrong one; recovery codes are
ours, because it keeps them readable (docs/adr/0308).
"""

from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Final
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.errors import TooSoonError, WrongCodeError
from apps.accounts.models import User
from apps.accounts.options import SecurityOptions
from apps.accounts.permissions import Role
from apps.core import figures
from apps.core.options.own import ShopOptions

DIGITS: Final = 6
MISREAD: Final = str.maketrans("018", "olb")  # none of these is in a recovery code
BY_PHONE: Final = "code"
BY_RECOVERY: Final = "recovery code"


def device_of(user: User) -> TOTPDevice | None:
    """The authenticator app that was set up and confirmed."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def setup_link(device: TOTPDevice) -> str:
    """What a phone is told of an account: the secret, whose it is, and which shop's."""
    # An authenticator divides shop and person at the colon, and shows both in one line.
    shop = " ".join(ShopOptions().name.replace(":", " ").split())
    told = {
        "secret": b32encode(device.bin_key).decode(),
        "algorithm": "SHA1",
        "digits": device.digits,
        "period": device.step,
        "issuer": shop,
    }
    label = quote(f"{shop}:{device.user.get_username()}", safe="")
    return f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}"


def needs_second_factor(role: str) -> bool:
    """Whether the people of a role must have one."""
    asked = SecurityOptions()
    needs: Mapping[str, bool] = {
        Role.SUPER_ADMIN: asked.second_factor_super_admin,
        Role.ADMIN: asked.second_factor_admin,
        Role.CLERK: asked.second_factor_clerk,
        Role.PACKER: asked.second_factor_packer,
        Role.DRIVER: asked.second_factor_driver,
    }
    return needs.get(role, asked.second_factor_others)


def must_have(user: User) -> bool:
    """Whether one of the person's roles asks for a second factor."""
    return any(needs_second_factor(role) for role in user.role_names)


def lacks_second_factor(user: User) -> bool:
    """Whether he must have one, and has none."""
    return must_have(user) and device_of(user) is None


def codes_left(user: User) -> int:
    """How many recovery codes are still good."""
    return user.recovery_codes.filter(used_at__isnull=True).count()


def check_code(user: User, code: str, *, at: datetime) -> str:
    """Use up a good code; says of which kind it was. Raises WrongCodeError, TooSoonError."""
    typed = "".join(code.split()).replace("-", "").lower()
    if typed.isascii() and typed.isdigit() and len(typed) == DIGITS:
        _check_by_phone(user, typed)
        return BY_PHONE
    good = user.recovery_codes.filter(digest=digest_of(typed), used_at__isnull=True)
    if not good.update(used_at=at):  # of two at once the second finds none
        raise WrongCodeError(_("That code is not right, or was used already."))
    return BY_RECOVERY


def _check_by_phone(user: User, typed: str) -> None:
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        is_good = device is not None and verified(device, typed)
    if not is_good:  # outside, or the pause after a wrong code would be rolled back
        raise WrongCodeError(_("That code is not right, or was used already."))


def verified(device: TOTPDevice, typed: str) -> bool:
    """Asks the device, which is held. Raises TooSoonError while it pauses after a wrong code."""
    is_allowed, why = device.verify_is_allowed()
    if not is_allowed:
        wait = why["locked_until"] - timezone.now()
        span = figures.duration_text(timedelta(seconds=max(1, ceil(wait.total_seconds()))))
        told = _("After a wrong code the next one has to wait a moment. Try again in %(span)s.")
        raise TooSoonError(told % {"span": span}, wait=wait.total_seconds())
    return bool(device.verify_token(typed))


def digest_of(code: str) -> str:
    return sha256(code.translate(MISREAD).encode()).hexdigest()
