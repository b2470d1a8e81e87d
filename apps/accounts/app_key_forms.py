"""What staff fill in about an app key: to make one, and to change one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.accounts.models import AppKey
from apps.accounts.scopes import Scope, all_scopes, scopes_for
from apps.accounts.states import AppKind
from apps.core.bounds import at_most
from apps.core.clock import LAST_DAY, midnight, shop_day

IN_WORDS: Final[Mapping[str, Promise]] = {
    AppKind.CUSTOMER_APP: _("Customers install it: its key is public, and opens alone only what is public."),
    AppKind.ADMIN_APP: _("Staff install it and sign in; its key is public too."),
    AppKind.WOOCOMMERCE: _("The shop's website, from its server."),
    AppKind.EXTERNAL: _("A service that keeps the key to itself."),
}


class KeyFields(forms.Form):
    """What can be changed of a key later on, too."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("By which staff know the app."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "lk-checks"})
    )
    origins = forms.CharField(
        label=_("Allowed origins"),
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "dir": "ltr", "spellcheck": "false"}),
        help_text=_(
            "Only for apps that run in a browser: one a line, such as https://shop.example.com. An installed "
            "app and a server need none."
        ),
    )
    channel = forms.CharField(
        label=_("Channel"),
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What the app is told it sells through, such as app or web."),
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests per minute"),
        required=False,
        min_value=1,
        validators=[at_most(100_000)],
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
        help_text=_("Empty: as the settings say."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=_("Empty: it goes on until it is revoked. Two weeks before, staff are told."),
    )

    def offer(self, scopes: list[tuple[str, str]]) -> None:
        """The scopes to choose from."""
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]

    def clean_origins(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["origins"].splitlines() if line.strip()]

    def clean_expires_on(self) -> Any:
        """Its last day, which it lasts out."""
        day = self.cleaned_data["expires_on"]
        if day is not None and not shop_day(timezone.now()) <= day < LAST_DAY:
            raise forms.ValidationError(_("A day from today on; to end the key now, revoke it."))
        return day

    def values(self) -> dict[str, Any]:
        """As the verbs want them."""
        given = {name: self.cleaned_data[name] for name in ("name", "scopes", "origins", "channel")}
        last = self.cleaned_data["expires_on"]
        return given | {
            "requests_per_minute": self.cleaned_data["requests_per_minute"],
            "expires_at": midnight(last + timedelta(days=1)) if last else None,
        }


class NewKeyForm(KeyFields):
    """A key that is to be made."""

    kind = forms.ChoiceField(label=_("Kind of app"), choices=AppKind.choices, widget=forms.RadioSelect)
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)
    field_order = (
        "kind",
        "name",
        "scopes",
        "origins",
        "channel",
        "requests_per_minute",
        "expires_on",
        "once",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(offered(all_scopes()))
        self.fields["scopes"].help_text = _("None ticked: those that its kind usually has.")

    @property
    def kinds(self) -> list[tuple[Any, str]]:
        """Each kind with a sentence on what it is."""
        return [(choice, str(IN_WORDS[choice.data["value"]])) for choice in self["kind"]]

    def values(self) -> dict[str, Any]:
        chosen = super().values()
        more = {name: self.cleaned_data[name] for name in ("kind", "once")}
        return chosen | more | {"scopes": chosen["scopes"] or None}


def offered(scopes: list[Scope]) -> list[tuple[str, str]]:
    """Each scope with what it opens."""
    return [(scope.name, f"{scope.title}: {scope.opens}") for scope in scopes]


def offered_to(key: AppKey) -> list[tuple[str, str]]:
    """What a key may be given, and what it has."""
    known = offered(scopes_for(key.kind))
    gone = set(key.scopes) - {name for name, _words in known}
    return known + [(name, name) for name in sorted(gone)]


def as_typed(key: AppKey) -> dict[str, Any]:
    """A key's values, as the form shows them."""
    return {
        "name": key.name,
        "scopes": key.scopes,
        "origins": "\n".join(key.origins),
        "channel": key.channel,
        "requests_per_minute": key.requests_per_minute,
        "expires_on": last_day(key),
    }


def last_day(key: AppKey) -> Any:
    """The last day of the shop on which it counts."""
    return shop_day(key.expires_at - timedelta(seconds=1)) if key.expires_at else None
