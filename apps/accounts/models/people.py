"""People who sign in to the back office, and what they may do there (docs/permissions.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.rights import Right, RoleGrant
from apps.accounts.permissions import Held, Reach, Role, effective
from apps.accounts.querysets import UserQuerySet
from apps.core.actors import COMMAND
from apps.core.audit import Subject, record


class UserManager(BaseUserManager["User"]):
    """Makes users and finds them by e-mail address, whatever its case."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        found: User = self.get_queryset().by_email(username or "").get()
        return found

    def create_user(self, email: str, full_name: str, password: str | None = None, **fields: Any) -> "User":
        """A person in no role; without a password he cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email.strip()), full_name=full_name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_superuser(self, email: str, full_name: str, password: str | None = None) -> "User":
        """A Super Admin, for ``manage.py createsuperuser``. Raises ValidationError for a known address."""
        if self.get_queryset().by_email(email).exists():
            raise ValidationError(_("%(email)s signs in here already."), params={"email": email})
        user = self.create_user(email, full_name, password)
        user.groups.add(Group.objects.get(name=Role.SUPER_ADMIN))
        Right.objects.follow_roles([user.pk], grants=RoleGrant.objects.all())
        after = {"email": user.email, "full_name": user.full_name, "roles": [Role.SUPER_ADMIN]}
        record(actor=COMMAND, action="user.created", subject=Subject.of(user), after=after)
        return user


@dataclass(frozen=True)
class Reason:
    """Why a person holds a key or does not: what decided, and the roles that would give it."""

    key: str
    held: bool
    decided_by: str  # inactive | deny | allow | role | nothing
    roles: tuple[str, ...]
    reach: Reach | None


class User(AbstractBaseUser):
    """A member of staff. What he may do are his rights; Django's own permissions are not used."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254)
    full_name = models.CharField(_("name"), max_length=150)
    groups = models.ManyToManyField(Group, verbose_name=_("roles"), blank=True, related_name="users")
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    photo = models.CharField(_("photo"), max_length=16, blank=True, editable=False)  # its digest
    is_active = models.BooleanField(_("may sign in"), default=True)
    permissions_version = models.PositiveIntegerField(_("permissions version"), default=1, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    grace_used_at = models.DateTimeField(
        _("last sign-in without the second factor that the role asks for"), null=True, editable=False
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
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

    @cached_property
    def held_rights(self) -> list[Held]:
        """Every right as it is counted: one query, kept as long as this instance."""
        rows = self.rights.values_list("key", "source", "reach", "role_id") if self.pk else []
        return [Held(*row) for row in rows]

    @cached_property
    def reaches(self) -> Mapping[str, Reach]:
        """Every key that this person holds, and how far: deny over allow over role."""
        return effective(self.held_rights) if self.is_active else {}

    @cached_property
    def role_names(self) -> frozenset[str]:
        """What this person's roles are called."""
        return frozenset(group.name for group in self.groups.all())

    @property
    def keys(self) -> frozenset[str]:
        """Every permission key that this person holds."""
        return frozenset(self.reaches)

    def has_key(self, key: str) -> bool:
        """Whether this person holds the permission key."""
        return key in self.reaches

    def reach_of(self, key: str) -> Reach | None:
        """How far the key goes for this person: everything, the day's, his own; None without it."""
        return self.reaches.get(key)

    def why(self, key: str) -> Reason:
        """Which grant decides about the key."""
        rows = self.rights.filter(key=key).values_list("source", "role__name")
        roles = tuple(sorted(role for _source, role in rows if role))
        sources = {source for source, _role in rows}
        reach = self.reach_of(key)
        decided_by = next((source for source in ("deny", "allow", "role") if source in sources), "nothing")
        if not self.is_active:
            decided_by = "inactive"
        return Reason(key=key, held=reach is not None, decided_by=decided_by, roles=roles, reach=reach)

    def forget_rights(self) -> None:
        """Ask the database again when the next key is asked for."""
        for cached in ("held_rights", "reaches", "role_names"):
            self.__dict__.pop(cached, None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Rights are read again too."""
        self.forget_rights()
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this person in at all; what he sees there, keys decide."""
        return self.is_active

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used: whoever asks for one by Django's name is refused."""
        return False

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
