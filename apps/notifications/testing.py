"""A test of the words and of the way to the phone: to whoever asks for it, and to nobody else."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.notifications import services
from apps.notifications.message_kinds import MessageKind
from apps.notifications.models import Device
from apps.notifications.notices import TESTED
from apps.notifications.services import Audience, Recipient


@transaction.atomic
def send_test(kind: MessageKind, language: str, *, to: User, actor: Actor) -> str:
    """Tell a member of staff a message with its examples in it. Says where it went."""
    me = Recipient.staff(to, language=language)
    services.tell(me, kind, kind.samples, actor=actor, always=True)
    words, _language = services.words_for(kind, language, kind.samples)
    services.notify_staff(
        kind=TESTED.key, title=words.title, text=words.body, to=Audience(user_ids=[to.pk]), actor=actor
    )
    return _where(Device.objects.of(kind=me.kind, recipient_id=me.id).count())


def _where(phones: int) -> str:
    if not phones:
        return _(
            "It stands in your notifications. No phone of yours is registered, so that nothing was pushed."
        )
    if settings.PUSH_ADAPTER == "console":
        return _("It stands in your notifications and, as pushes go to the log here, in the log.")
    said = ngettext(
        "It stands in your notifications and is pushed to %(count)d phone.",
        "It stands in your notifications and is pushed to %(count)d phones.",
        phones,
    )
    return said % {"count": phones}
