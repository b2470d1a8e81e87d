"""Whether customers see something in their app, in lists and profiles: a filter, a column and the acts."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import writes
from apps.core.admin.columns import column

IN_APP: Final = filters.yes_no(
    "in_app", _("In the customer app"), yes=Q(is_in_app=True), words=(_("Shown"), _("Hidden"))
)


class ShowingActs:
    """For admins of what is shown: ``verb`` is the service that shows one, by its key."""

    verb: ClassVar[Callable[..., Any]]

    @column(_("Labels"))
    def labels(self, record: Any) -> str:
        """What was given instead of its name, language by language."""
        given = [(name, record.label_in(code)) for code, name in settings.LANGUAGES]
        return ", ".join(f"{name}: {label}" for name, label in given if label)

    @writes(
        permission="edit",
        title=_("Show in the customer app?"),
        button=_("Show in the app"),
        icon="visibility",
        when=lambda record: not record.is_in_app,
    )
    def show(self, record: Any, *, actor: Actor, form: Any) -> None:
        type(self).verb(record.pk, is_in_app=True, actor=actor)

    @writes(
        permission="edit",
        title=_("Hide from the customer app?"),
        sentence=_("A hidden category takes along whatever hangs under it, with its products."),
        button=_("Hide from the app"),
        icon="visibility_off",
        when=lambda record: record.is_in_app,
    )
    def hide(self, record: Any, *, actor: Actor, form: Any) -> None:
        type(self).verb(record.pk, is_in_app=False, actor=actor)
