"""People who sign in to the back office, and what their roles allow."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users and finds them by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of staff. What he may do comes from roles (Django groups) and their permission keys."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254)
    full_name = models.CharField(_("name"), max_length=150)
    groups = models.ManyToManyField(Group, verbose_name=_("roles"), blank=True, related_name="users")
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def has_key(self, key: str) -> bool:
        """Whether a role of this person grants the permission key."""
        return self.is_active and key in self.keys

    @property
    def keys(self) -> frozenset[str]:
        """Every permission key that this person's roles grant."""
        return frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this person in at all; what he sees there, keys decide."""
        return self.is_active

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used: whoever asks for one by Django's name is refused."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
