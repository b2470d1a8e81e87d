"""What the outbox's dialogs ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.core.admin.actions import DialogForm
from apps.core.audit import plain
from apps.core.errors import FieldError
from apps.core.models import Outgoing
from apps.sync.admin.outbox_tables import payload_of
from apps.sync.errors import PayloadRefusedError


class DiscardForm(DialogForm):
    """Why; it stands in the audit trail."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class PayloadForm(DialogForm):
    """What the message says, as JSON, and which version of it the person has seen."""

    payload = forms.CharField(
        label=_("Payload"),
        max_length=200_000,  # a receipt of the most lines is a third of it
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": 16, "dir": "ltr", "spellcheck": "false", "class": "ll-typed-code"}
        ),
        help_text=_("JSON. Amounts are best written in quotes: they are sent to the last digit."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = Outgoing.objects.filter(pk=self.object_id).first()
        if message is not None:
            said = payload_of(message)
            self.fields["payload"].initial = json.dumps(said, indent=2, ensure_ascii=False)
            self.fields["revision"].initial = message.revision

    def clean_payload(self) -> dict[str, Any]:
        """Numbers as they were written, in the plain values that a payload is kept in."""
        try:
            said = json.loads(self.cleaned_data["payload"], parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as why:
            raise ValidationError(_now("This is no JSON: %(why)s.") % {"why": why}) from why
        if not isinstance(said, dict):
            raise ValidationError(_now("This is no JSON object, such as {“rate”: “1.20”}."))
        return plain(said)

    @contextmanager
    def complaints_at_the_payload(self) -> Iterator[None]:
        """What is wrong with a field of the payload stands at the payload, after the field's name."""
        try:
            yield
        except PayloadRefusedError as why:
            told = [FieldError("payload", one.code, f"“{one.field}” {one.message}") for one in why.errors]
            raise PayloadRefusedError(told) from why


def _no_number(word: str) -> None:
    raise ValueError(_now("%(word)s is no number") % {"word": word})
