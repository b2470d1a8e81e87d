"""E-mail to staff: a text and its HTML in the person's language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.admin.language import SPOKEN
from apps.core.options.own import ShopOptions


@dataclass(frozen=True)
class Readiness:
    """Whether e-mail leaves this installation."""

    word: str | Promise
    tone: str  # of a chip
    text: str | Promise


def readiness() -> Readiness:
    """How e-mail is set up here; whether the server takes it shows when one is sent."""
    if settings.EMAIL_WAY == "smtp":
        text = _("Sent through the server that EMAIL_URL names. A link opens once, within an hour.")
        return Readiness(_("Set up"), "well", text)
    if settings.EMAIL_WAY == "console":
        text = _("This installation prints e-mail instead of sending it: the worker's output shows the link.")
        return Readiness(_("Printed"), "quiet", text)
    text = _(
        "No e-mail leaves this installation: set EMAIL_URL and EMAIL_FROM. Until then an Admin sets a new"
        " password for who has forgotten his."
    )
    return Readiness(_("Not set up"), "look", text)


def is_ready() -> bool:
    return bool(settings.EMAIL_WAY != "none")


def send(user: User, name: str, **shown: Any) -> None:
    """Send one of the letters of templates/accounts/mail."""
    language = user.language if user.language in SPOKEN else SPOKEN[0]
    with translation.override(language):
        is_rtl = translation.get_language_bidi()
        shop = ShopOptions().name
        context = {"person": user, "shop": shop, "is_rtl": is_rtl, "language": language, **shown}
        subject = render_to_string(f"accounts/mail/{name}_subject.txt", context).strip()
        letter = EmailMultiAlternatives(
            subject=subject, body=render_to_string(f"accounts/mail/{name}.txt", context), to=[user.email]
        )
        letter.attach_alternative(render_to_string(f"accounts/mail/{name}.html", context), "text/html")
    letter.send()
