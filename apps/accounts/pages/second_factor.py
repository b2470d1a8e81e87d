"""One's second factor: set up with a phone, recovery codes shown once, renewed, turned off."""

from base64 import b32encode
from datetime import datetime
from typing import Any, Final

import qrcode
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from qrcode.image.svg import SvgPathImage

from apps.accounts import services
from apps.accounts.errors import LockedOutError, PasswordNeededError, UnfitPasswordError
from apps.accounts.forms import ConfirmForm, PasswordAgainForm, ProveAgainForm
from apps.accounts.models import User
from apps.accounts.pages.signing_in import LAST_WITHOUT, PROVEN
from apps.accounts.services.second_factor import codes_left, device_of, must_have, setup_link
from apps.core.access import HELD
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.errors import DomainError
from apps.core.options.own import ShopOptions

BEGUN: Final = "phone_begun"  # in the session: which secret it was shown
BEGIN: Final = "begin"
RENEW: Final = "renew"
TURN_OFF: Final = "turn_off"


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
@staff_page
class SecondFactor(StaffPage):
    """What a phone needs to know, then what there is to change; the codes that are shown once."""

    title = _("Second factor")
    permission_key = ""  # one's own
    route = "profile/second-factor/"
    url_name = "second_factor"
    template_name = "accounts/second_factor.html"

    @property
    def person(self) -> User:
        return User.objects.get(pk=int(self.request.user.pk or 0))

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("My profile"), _profile())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.person
        device = device_of(person)
        shown = {"device": device} if device else self._of_a_phone(person, asked=kwargs.get(BEGIN))
        return super().get_context_data(**kwargs) | {
            "person": person,
            "codes_left": codes_left(person),
            "is_required": must_have(person),
            "is_held": self.request.session.get(HELD, False),
            "is_last_without": self.request.session.get(LAST_WITHOUT, False),
            "confirm": kwargs.get("confirm") or ConfirmForm(),
            "renew": kwargs.get(RENEW) or ProveAgainForm(prefix=RENEW),
            "turn_off": kwargs.get(TURN_OFF) or ProveAgainForm(prefix=TURN_OFF),
            **shown,
        }

    def _of_a_phone(self, person: User, *, asked: PasswordAgainForm | None) -> dict[str, Any]:
        """The secret, to scan and to type; the password first, unless it was typed a moment ago."""
        try:
            device = services.begin_second_factor(
                person.pk,
                device_id=self.request.session.get(BEGUN),
                proven_at=self._proven_at,
                actor=Actor.of(person),
                at=timezone.now(),
            )
        except PasswordNeededError:
            return {"ask_password": asked or PasswordAgainForm()}
        self.request.session[BEGUN] = device.pk
        secret, link = b32encode(device.bin_key).decode(), setup_link(device)
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return {"picture": drawn(link), "secret": groups, "setup_link": link}

    @property
    def _proven_at(self) -> datetime | None:
        """When the password was typed in this session, for this."""
        kept = self.request.session.get(PROVEN)
        return datetime.fromisoformat(kept) if kept else None

    def post(self, request: HttpRequest) -> HttpResponse:
        acts = {BEGIN: self._begin, RENEW: self._renew, TURN_OFF: self._turn_off}
        return acts.get(request.POST.get("do", ""), self._confirm)()

    def _begin(self) -> HttpResponse:
        """The password, by which the set-up opens for a while."""
        form, at = PasswordAgainForm(self.request.POST), timezone.now()
        if form.is_valid():
            try:
                services.prove_password(self.person, form.cleaned_data["password"], at=at)
            except (UnfitPasswordError, LockedOutError) as why:
                form.add_error("password" if isinstance(why, UnfitPasswordError) else None, str(why))
            else:
                self.request.session[PROVEN] = at.isoformat()
                return redirect(self.link())
        return self.render_to_response(self.get_context_data(begin=form), status=422)

    def _confirm(self) -> HttpResponse:
        form, person = ConfirmForm(self.request.POST), self.person
        if form.is_valid():
            try:
                code = form.cleaned_data["code"]
                begun = self.request.session.get(BEGUN)
                codes = services.confirm_second_factor(
                    person.pk,
                    device_id=begun,
                    code=code,
                    proven_at=self._proven_at,
                    actor=Actor.of(person),
                    at=timezone.now(),
                )
            except PasswordNeededError as why:
                messages.warning(self.request, str(why))
                return redirect(self.link())
            except DomainError as why:
                form.add_error("code", str(why))
            else:
                for flag in (HELD, LAST_WITHOUT, BEGUN, PROVEN):
                    self.request.session.pop(flag, None)
                return self._codes(codes, said=_now("Your second factor is on."))
        return self.render_to_response(self.get_context_data(confirm=form), status=422)

    def _renew(self) -> HttpResponse:
        form = ProveAgainForm(self.request.POST, prefix=RENEW)
        codes = self._proven(form, services.renew_codes)
        if codes is None:
            return self.render_to_response(self.get_context_data(renew=form), status=422)
        return self._codes(codes, said=_now("The old codes are worth nothing any more."))

    def _turn_off(self) -> HttpResponse:
        form = ProveAgainForm(self.request.POST, prefix=TURN_OFF)
        if self._proven(form, services.turn_off) is None:
            return self.render_to_response(self.get_context_data(turn_off=form), status=422)
        messages.success(self.request, _now("Your second factor is off: your password alone opens Larder."))
        return redirect(_profile())

    def _proven(self, form: ProveAgainForm, verb: Any) -> Any:
        """What the verb gives to who proves himself again; None after a refusal, which stands in the form."""
        if not form.is_valid():
            return None
        person = self.person
        try:
            return verb(person.pk, **form.cleaned_data, actor=Actor.of(person), at=timezone.now())
        except UnfitPasswordError as why:
            form.add_error("password", str(why))
        except LockedOutError as why:
            form.add_error(None, str(why))
        except DomainError as why:
            form.add_error("code", str(why))
        return None

    def _codes(self, codes: list[str], *, said: str) -> HttpResponse:
        """The recovery codes, in the answer itself: they are kept nowhere that they could be read from."""
        self.template_name = "accounts/recovery_codes.html"
        told = {"shop": ShopOptions().name, "email": self.person.email}
        head = _now("Recovery codes for %(shop)s, %(email)s") % told
        shown = {"codes": codes, "said": said, "as_text": "\n".join([head, *codes])}
        frame = super().get_context_data() | {"title": _now("Recovery codes")}
        return self.render_to_response(frame | shown)


def drawn(text: str) -> SafeString:
    """A QR code as a picture in the page itself: no other address ever sees the secret."""
    code = qrcode.QRCode(border=2, image_factory=SvgPathImage)
    code.add_data(text)
    picture: bytes = code.make_image().to_string()
    return mark_safe(picture.decode())  # noqa: S308 - drawn by us: squares, none of the text


def _profile() -> str:
    return reverse("admin:my_profile")
