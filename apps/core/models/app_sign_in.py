"""A sign-in through an app: what its tokens descend from. Each kind of person has a table of his own."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import AppSignInQuerySet
from apps.core.states import SignInEnd


class AppSignIn(models.Model):
    """One person, one app, one device: a family of refresh tokens of which only the latest counts.

    Whoever inherits adds the person (``owner``) and the app key, and says by which version his rights go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.PositiveIntegerField(
        _("renewed"), default=1, help_text=_("Which refresh token is the present one.")
    )
    version = models.PositiveIntegerField(
        _("rights' version"), help_text=_("Of the person's rights at sign-in; once they change it has ended.")
    )
    device = models.CharField(_("device"), max_length=80, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    started_at = models.DateTimeField(_("signed in"))
    renewed_at = models.DateTimeField(_("last renewed"))
    expires_at = models.DateTimeField(_("runs out"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(_("why"), max_length=12, blank=True, choices=SignInEnd.choices)

    objects: ClassVar[AppSignInQuerySet] = AppSignInQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_because="")
                | models.Q(ended_at__isnull=False, ended_because__in=SignInEnd.values),
                name="%(app_label)s_%(class)s_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.device or str(_("An app"))

    @property
    def owner(self) -> Any:
        """Whoever signed in."""
        raise NotImplementedError

    @property
    def app_id(self) -> int:
        """The app key that the tokens go with."""
        raise NotImplementedError

    @property
    def still_holds(self) -> bool:
        """Whether the person may still come in, with the rights that he had then."""
        raise NotImplementedError

    def says(self) -> dict[str, Any]:
        """What the access token tells the app besides."""
        return {}
