"""Staff who are signed in through an app."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.app_keys import AppKey
from apps.accounts.models.people import User
from apps.core.models import AppSignIn


class StaffSignIn(AppSignIn):
    """A member of staff, signed in through an app on one device."""

    user = models.ForeignKey(User, models.CASCADE, related_name="app_sign_ins", verbose_name=_("person"))
    app_key = models.ForeignKey(
        AppKey, models.CASCADE, related_name="staff_sign_ins", verbose_name=_("app key")
    )

    class Meta(AppSignIn.Meta):
        verbose_name = _("sign-in through an app")
        verbose_name_plural = _("sign-ins through apps")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="accounts_staffsignin_expiry"),
        ]

    @property
    def owner(self) -> User:
        return self.user

    @property
    def app_id(self) -> int:
        return self.app_key_id

    @property
    def still_holds(self) -> bool:
        return self.user.is_active and self.user.permissions_version == self.version

    def says(self) -> dict[str, Any]:
        return {"roles": sorted(self.user.role_names)}
