"""What roles give and people hold (docs/permissions.md)."""

from typing import ClassVar, Final

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.permissions import Reach
from apps.accounts.querysets import RightQuerySet, RoleGrantQuerySet

REACHES: Final = [reach.value for reach in Reach]
DECIDED: Final = ["allow", "deny"]  # the sources of what is one person's alone


class RoleGrant(models.Model):
    """A key that a role gives to whoever joins it."""

    role = models.ForeignKey(Group, models.CASCADE, related_name="grants", verbose_name=_("role"))
    key = models.CharField(_("key"), max_length=60)
    reach = models.CharField(_("reach"), max_length=8, default=Reach.ALL.value)

    objects: ClassVar[RoleGrantQuerySet] = RoleGrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("grant of a role")
        verbose_name_plural = _("grants of roles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role", "key"], name="accounts_rolegrant_once"),
            models.CheckConstraint(
                condition=models.Q(reach__in=REACHES), name="accounts_rolegrant_known_reach"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.key}"


class Right(models.Model):
    """A key that a person holds through a role, or that was allowed or denied to him alone.

    What a role gives is written down per person when he joins it: a later change of the role concerns
    those who are in it only where the editor says so (spec of the role matrix), and asking costs one query.
    """

    class Source(models.TextChoices):
        ROLE = "role", _("as the role")
        ALLOW = "allow", _("allowed")
        DENY = "deny", _("denied")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rights", verbose_name=_("person")
    )
    key = models.CharField(_("key"), max_length=60)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    role = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    reach = models.CharField(_("reach"), max_length=8, default=Reach.ALL.value)

    objects: ClassVar[RightQuerySet] = RightQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "key", "role"],
                condition=models.Q(role__isnull=False),
                name="accounts_right_once_per_role",
            ),
            models.UniqueConstraint(
                fields=["user", "key"], condition=models.Q(role__isnull=True), name="accounts_right_once_own"
            ),
            models.CheckConstraint(
                condition=models.Q(source="role", role__isnull=False)
                | models.Q(source__in=DECIDED, role__isnull=True),
                name="accounts_right_role_if_from_role",
            ),
            models.CheckConstraint(condition=models.Q(reach__in=REACHES), name="accounts_right_known_reach"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key} ({self.source})"
