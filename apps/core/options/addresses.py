"""Settings that are an address: of a mailbox, or of a page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from apps.core.options.kinds import Text, Words, cited

_is_mailbox = EmailValidator()
_is_page = URLValidator(schemes=["https"])


class Email(Text):
    """The address of a mailbox."""

    widget = "email"

    def __init__(self, title: Words, *, default: str | None = None, **rest: Any) -> None:
        super().__init__(title, default=default, longest=254, **rest)

    def check(self, value: str) -> None:
        super().check(value)
        try:
            _is_mailbox(value)
        except ValidationError as why:
            raise ValueError(_("“%(value)s” is not an e-mail address") % {"value": cited(value)}) from why


class Url(Text):
    """The address of a page that people are sent to: https only, and nobody's password in it."""

    widget = "url"

    def __init__(self, title: Words, *, default: str | None = None, **rest: Any) -> None:
        super().__init__(title, default=default, longest=500, **rest)

    def check(self, value: str) -> None:
        super().check(value)
        try:
            _is_page(value)
        except ValidationError as why:
            told = _("“%(value)s” is not the address of a page; it begins with https://")
            raise ValueError(told % {"value": cited(value)}) from why
        if "@" in value.split("/")[2]:
            raise ValueError(_("leave out the name and password before the @"))
