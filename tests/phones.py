"""Authenticator apps in people's hands, for tests of the second factor."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts import services
from apps.accounts.models import User
from apps.core.actors import Actor


class Phone:
    """Shows the codes of a secret."""

    def __init__(self, device: TOTPDevice) -> None:
        self.key = device.bin_key

    def code(self, *, at: datetime | None = None, later: int = 0) -> str:
        """What it shows now, or so many half minutes later."""
        totp = TOTP(self.key)
        totp.time = ((at or timezone.now()) + timedelta(seconds=30 * later)).timestamp()
        return f"{totp.token():06d}"

    def wrong(self) -> str:
        """Six digits that it shows neither now nor in the minutes around."""
        near = {self.code(later=step) for step in range(-3, 4)}
        return next(guess for guess in (f"{number:06d}" for number in range(20)) if guess not in near)


def phone_of(user: User) -> Phone:
    """Someone's phone, set up as a test needs it: no code of it has been used yet."""
    return Phone(TOTPDevice.objects.create(user=user, name="phone"))


def set_up(user: User) -> tuple[Phone, list[str]]:
    """The whole set-up by its verbs: the phone, and the recovery codes. The present code is used up by it."""
    actor = Actor.of(user)
    now = timezone.now()
    device = services.begin_second_factor(user.pk, proven_at=now, actor=actor, at=now)
    phone = Phone(device)
    codes = services.confirm_second_factor(
        user.pk, device_id=device.pk, code=phone.code(), proven_at=now, actor=actor, at=now
    )
    return phone, codes
