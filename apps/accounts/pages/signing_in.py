"""The door: address and password, then a code where one is needed. Every answer comes from services.prove."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from apps.accounts import services
from apps.accounts.errors import (
    LockedOutError,
    SecondFactorNeededError,
    SignInRefusedError,
    TooSoonError,
    WrongCodeError,
)
from apps.accounts.forms import CodeForm, RecoveryCodeForm, SignInForm
from apps.accounts.models import Session, User
from apps.accounts.options import SecurityOptions
from apps.accounts.services import Proven
from apps.accounts.services.lockout import known_person
from apps.accounts.services.second_factor import codes_left
from apps.accounts.services.sessions import begin_session
from apps.core.access import HELD
from apps.core.middleware import client_address

PENDING: Final = "pending_sign_in"  # in the session: whose password was right a moment ago
LAST_WITHOUT: Final = "last_without"  # in the session: the next sign-in needs a second factor
PROVEN: Final = "password_typed_at"  # in the session: for the set-up of a second factor
PATIENCE: Final = timedelta(minutes=5)  # to find the phone
# Why somebody stands before the door again. Who is stopped is told where his session was, and nowhere else.
TOLD: Final = {
    **dict(Session.Because.choices),
    Session.Because.STOPPED: _("You may not sign in any more. If that is a mistake, ask an Admin."),
    "unsaved": _("Your session had ended, so what you sent was not saved. Sign in and send it again."),
}


@method_decorator([sensitive_post_parameters(), csrf_protect, never_cache], name="dispatch")
class SignIn(RedirectURLMixin, TemplateView):
    """Two steps at one address; what was typed stays, but for passwords and codes."""

    template_name = "admin/login.html"
    next_page = "admin:index"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("step") == "code" and (user := _pending(request)):
            return self._code_page(user, self._code_form())
        return self._password_page(SignInForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if "username" in request.POST:
                return self._first_step(request, at=timezone.now())
            return self._second_step(request, at=timezone.now())
        except TooSoonError as why:
            return self._too_soon(why)
        except LockedOutError as why:
            return self._locked_out(why)

    def _first_step(self, request: HttpRequest, *, at: datetime) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._password_page(form)
        email, password = form.cleaned_data["username"], form.cleaned_data["password"]
        try:
            proven = services.prove(email=email, password=password, request=request, at=at)
        except SignInRefusedError as why:
            form.refuse(str(why))
            return self._password_page(form)
        except SecondFactorNeededError:
            _remember(request, known_person(email), at=at)
            return HttpResponseRedirect(self._address(step="code"))
        return self._enter(proven, at=at)

    def _second_step(self, request: HttpRequest, *, at: datetime) -> HttpResponse:
        user, form = _pending(request), self._code_form(request.POST)
        if user is None:
            late = SignInForm()
            return self._password_page(late, notice=_now("That took too long. Sign in again."))
        if form.is_valid():
            try:
                proven = services.prove_code(
                    user=user, code=form.cleaned_data["code"], request=request, at=at
                )
            except (WrongCodeError, SecondFactorNeededError) as why:
                form.add_error("code", str(why))
            else:
                return self._enter(proven, at=at)
        return self._code_page(user, form)

    def _enter(self, proven: Proven, *, at: datetime) -> HttpResponse:
        """A new session under a new key, for as long as staff have set, that says whose it is."""
        request = self.request
        goes_to = self.get_success_url()
        request.session.flush()
        login(request, proven.user)
        request.session.set_expiry(at + SecurityOptions().session_length)
        if proven.must_set_up:
            request.session[HELD] = True
        if proven.is_last_without:
            request.session[LAST_WITHOUT] = True
        if proven.must_set_up or proven.is_last_without:  # he goes to the set-up now: not asked twice
            request.session[PROVEN] = at.isoformat()
        if proven.by_recovery:
            messages.warning(request, _of_recovery(proven.user))
        request.session.save()
        begin_session(
            str(request.session.session_key),
            user=proven.user,
            address=client_address(request),
            agent=request.headers.get("User-Agent", ""),
            at=at,
        )
        return HttpResponseRedirect(goes_to)

    def _password_page(self, form: SignInForm, *, notice: str = "") -> HttpResponse:
        told = str(TOLD.get(self.request.GET.get("why", ""), ""))
        return self._page(form=form, notice=notice or told)

    def _code_form(self, given: QueryDict | None = None) -> forms.Form:
        """For the phone's code, or for one of letters where that was asked for."""
        kind = RecoveryCodeForm if self.request.GET.get("by") == "recovery" else CodeForm
        return kind(given)

    def _code_page(self, user: User, form: forms.Form, *, status: int = 200) -> HttpResponse:
        by_recovery = isinstance(form, RecoveryCodeForm)
        other = {"step": "code"} if by_recovery else {"step": "code", "by": "recovery"}
        return self._page(
            status,
            form=form,
            person=user,
            by_recovery=by_recovery,
            other_way=self._address(**other),
            start_over=self._address(),
        )

    def _too_soon(self, why: TooSoonError) -> HttpResponse:
        """The phone pauses: the code's page says so, with the code to be typed anew."""
        form, user = self._code_form(self.request.POST), _pending(self.request)
        form.full_clean()
        form.add_error("code", str(why))
        page = self._code_page(user, form, status=why.status) if user else self._locked_out(why)
        page.headers["Retry-After"] = str(max(1, round(why.wait)))
        return page

    def _locked_out(self, why: LockedOutError) -> HttpResponse:
        self.template_name = "accounts/locked_out.html"
        until = timezone.now() + timedelta(seconds=why.wait)
        page = self._page(why.status, refusal=str(why), until=until, start_over=self._address())
        page.headers["Retry-After"] = str(max(1, round(why.wait)))
        return page

    def _page(self, status: int = 200, **shown: Any) -> HttpResponse:
        where = {"app_path": self.request.get_full_path(), "next": self.get_redirect_url()}
        return self.render_to_response(self.get_context_data(**where, **shown), status=status)

    def _address(self, **query: str) -> str:
        """This page, with where the person was going."""
        asked = self.get_redirect_url()
        query |= {"next": asked} if asked else {}
        page = reverse("admin:login")
        return f"{page}?{urlencode(query)}" if query else page


def _of_recovery(user: User) -> str:
    """What whoever came in without his phone has left, and what to do."""
    left = codes_left(user)
    said = ngettext(
        "You came in by a recovery code, which is used up: %(count)d is left.",
        "You came in by a recovery code, which is used up: %(count)d are left.",
        left,
    ) % {"count": left}
    lost = _now("Is the phone gone for good? Ask an Admin to reset your second factor, then set it up anew.")
    return f"{said} {lost}"


def _remember(request: HttpRequest, user: User | None, *, at: datetime) -> None:
    """Whose password was right: on the server, and worth nothing after a new password."""
    if user is not None:
        request.session.cycle_key()  # whoever had planted the old one is not told of it
        proof = user.get_session_auth_hash()
        request.session[PENDING] = {"user": user.pk, "proof": proof, "at": at.isoformat()}


def _pending(request: HttpRequest) -> User | None:
    """Who has shown his password a moment ago, and may still sign in."""
    kept = request.session.get(PENDING)
    if not kept or timezone.now() - datetime.fromisoformat(kept["at"]) > PATIENCE:
        return None
    user: User | None = User.objects.get_queryset().able_to_sign_in().filter(pk=kept["user"]).first()
    return user if user is not None and user.get_session_auth_hash() == kept["proof"] else None
