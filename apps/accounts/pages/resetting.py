"""A new password by e-mail: ask, go and look, set. These pages stand before the door."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.generic import TemplateView

from apps.accounts import mail
from apps.accounts.errors import LinkGoneError, LockedOutError
from apps.accounts.forms import NewPasswordForm, ResetForm
from apps.accounts.services.resetting import ask_for_reset
from apps.core.addresses import origin_for_letters
from apps.core.middleware import client_address


@method_decorator([csrf_protect, never_cache], name="dispatch")
class AskForReset(TemplateView):
    """One field; the answer is the same whatever stands in it."""

    template_name = "accounts/reset_ask.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = admin.site.each_context(self.request) | {"title": _("A new password")}
        return frame | {"form": ResetForm(), "can_send": mail.is_ready()} | super().get_context_data(**kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ResetForm(request.POST)
        if not (mail.is_ready() and form.is_valid()):
            return self.render_to_response(self.get_context_data(form=form), status=422)
        email, site = form.cleaned_data["email"], origin_for_letters(request)
        try:
            ask_for_reset(email=email, site=site, address=client_address(request), at=timezone.now())
        except LockedOutError as why:
            form.add_error(None, str(why))
            page = self.render_to_response(self.get_context_data(form=form), status=why.status)
            page.headers["Retry-After"] = str(max(1, round(why.wait)))
            return page
        return redirect("admin_reset_sent")


@never_cache
def reset_sent(request: HttpRequest) -> HttpResponse:
    """Go and look: whether there is something to find is not told."""
    shown = {"title": _("Look at your e-mail"), "prints": settings.EMAIL_WAY == "console"}
    return render(request, "accounts/reset_sent.html", admin.site.each_context(request) | shown)


class SetNewPassword(PasswordResetConfirmView):
    """Django's: it moves the token out of the address before anything is shown."""

    template_name = "accounts/reset_confirm.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("admin:login")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = admin.site.each_context(self.request)
        title = _("A new password") if self.validlink else _("This link opens nothing any more")
        return frame | super().get_context_data(**kwargs) | {"title": title}

    def get_form_kwargs(self) -> dict[str, Any]:
        token = self.request.session.get("_password_reset_token", "")
        return {**super().get_form_kwargs(), "token": token}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = super().form_valid(form)
        except LinkGoneError:  # used by another tab since this page was opened
            self.validlink = False
            gone = {"form": None, "title": _("This link opens nothing any more"), "validlink": False}
            return self.render_to_response(admin.site.each_context(self.request) | gone)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response
