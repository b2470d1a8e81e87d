"""Where a key's secret is shown, once: the answer to the very form that made it, and nowhere else.

Nothing is kept between the form and the answer: no session, no message, no cache holds the secret. To
reload the answer is to send the form again, which makes nothing and shows nothing; the browser keeps no copy.
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.app_key_forms import NewKeyForm
from apps.accounts.errors import AlreadyMadeError
from apps.accounts.models import AppKey
from apps.accounts.services import NewSecret
from apps.accounts.services.app_keys import OVERLAP
from apps.core.actors import Actor
from apps.core.addresses import absolute
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.errors import DomainError


class RotateForm(forms.Form):
    """Nothing to fill in."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=32)


class SecretPage(StaffPage):
    """A form whose answer shows a secret."""

    form_class: ClassVar[type[forms.Form]]
    shown_title: ClassVar[str | Promise]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form_class(initial={"once": uuid.uuid4().hex}))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            made = self.make(form, actor=Actor.of(request.user))
        except AlreadyMadeError as why:
            messages.warning(request, str(why))
            return redirect(reverse("admin:accounts_appkey_changelist"))
        except DomainError as why:
            _blame(form, why)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return self._shown(made)

    def make(self, form: Any, *, actor: Actor) -> NewSecret:
        """The verb. Raises DomainError."""
        raise NotImplementedError

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings")), Crumb(_("App keys"), reverse("admin:accounts_appkey_changelist"))]

    def _shown(self, made: NewSecret) -> HttpResponse:
        """The secret, for this once."""
        context = self.get_context_data(form=None) | {"made": made, "title": self.shown_title}
        context["base_url"] = absolute("/api/v1/", request=self.request)
        response = render(self.request, "accounts/app_key_secret.html", context)
        add_never_cache_headers(response)  # no-store among them
        return response


@staff_page
class MakeAppKey(SecretPage):
    """A new key."""

    title = _("Make an app key")
    permission_key = "keys.create"
    route = "accounts/appkey/make/"  # below the list, which the menu shows as open
    url_name = "app_key_make"
    template_name = "accounts/app_key_make.html"
    form_class = NewKeyForm
    shown_title = _("The new key")

    def make(self, form: NewKeyForm, *, actor: Actor) -> NewSecret:
        return services.make_app_key(actor=actor, at=timezone.now(), **form.values())


@staff_page
class RotateAppKey(SecretPage):
    """A new secret for a key."""

    title = _("Rotate the key")
    permission_key = "keys.edit"
    route = "accounts/appkey/<int:key_id>/rotate/"
    url_name = "app_key_rotate"
    template_name = "accounts/app_key_rotate.html"
    form_class = RotateForm
    shown_title = _("The new secret")

    def make(self, form: RotateForm, *, actor: Actor) -> NewSecret:
        return services.rotate_app_key(
            self.key.pk, actor=actor, at=timezone.now(), once=form.cleaned_data["once"]
        )

    @cached_property
    def key(self) -> AppKey:
        found: AppKey | None = AppKey.objects.filter(pk=self.kwargs["key_id"]).first()
        if found is None:
            raise Http404("There is no such app key.")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        overlap = OVERLAP.days
        return super().get_context_data(**kwargs) | {"key": self.key, "overlap": overlap}

    def breadcrumbs(self) -> list[Crumb]:
        key = self.key
        return [
            *super().breadcrumbs(),
            Crumb(str(key), reverse("admin:accounts_appkey_change", args=[key.pk])),
        ]


def _blame(form: forms.Form, why: DomainError) -> None:
    """Put each complaint at its field, and what no field is about at the top."""
    known = {"expires_at": "expires_on"}
    for error in why.errors:
        field = known.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, error.message)
    if not why.errors:
        form.add_error(None, str(why))
