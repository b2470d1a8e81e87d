"""Sign-ins that last: whose, from where, on what, since when."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.querysets import SessionQuerySet


class Session(AbstractBaseSession):
    """Django's session with what people want to know of it. One that was ended stays until it would have
    run out anyway, without its data: the browser that comes back with it is told why."""

    class Because(models.TextChoices):
        ELSEWHERE = "elsewhere", _("You ended this session from another one.")
        MANAGER = "manager", _("Somebody who manages staff ended this session.")
        PASSWORD = "password", _("Your password was changed, which ends every other session.")
        SECOND_FACTOR = "second_factor", _("Your second factor was changed, which ends your sessions.")
        STOPPED = "stopped", ""  # the sign-in page has words of its own for it

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("person"),
    )
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    system = models.CharField(_("system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(_("why"), max_length=16, choices=Because.choices, blank=True)

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("session")  # type: ignore[assignment]  # the stubs know no lazy words here
        verbose_name_plural = _("sessions")  # type: ignore[assignment]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user or '—'}: {self.device}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store

    @property
    def device(self) -> str:
        """As people call it: “Firefox on Windows”."""
        if not (self.browser and self.system):
            return self.browser or self.system or _now("An unknown device")
        return _now("%(browser)s on %(system)s") % {"browser": self.browser, "system": self.system}

    def metadata(self) -> dict[str, Any]:
        """What a new key for the same sign-in takes over."""
        kept = ("public_id", "user_id", "address", "browser", "system", "created_at", "last_seen_at")
        return {name: getattr(self, name) for name in kept}
