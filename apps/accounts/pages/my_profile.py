"""One's own profile: who one is here, how one signs in, where one is signed in, what one did."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.errors import StaleReviewError
from apps.accounts.forms import OwnProfileForm
from apps.accounts.models import User
from apps.accounts.services.second_factor import codes_left, device_of, must_have
from apps.accounts.wording import signed_out_words
from apps.core.actors import Actor
from apps.core.admin.actions import at_fields
from apps.core.admin.history import Happening, happening
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.admin.refusals import said
from apps.core.errors import DomainError
from apps.core.models import AuditEntry

DONE_SHOWN: Final = 15
SESSIONS_SHOWN: Final = 50


@staff_page
class MyProfile(StaffPage):
    """Opens to everybody, and to a session that still lacks its second factor."""

    title = _("My profile")
    permission_key = ""  # one's own
    route = "profile/"
    url_name = "my_profile"
    template_name = "accounts/my_profile.html"

    @property
    def person(self) -> User:
        return User.objects.get(pk=int(self.request.user.pk or 0))

    @property
    def actor(self) -> Actor:
        return Actor.of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.person
        here = self.request.session.session_key
        live = person.sessions.live(timezone.now()).order_by("-last_seen_at")
        sessions = list(live[:SESSIONS_SHOWN])
        return super().get_context_data(**kwargs) | {
            "person": person,
            "roles": sorted(person.role_names),
            "form": kwargs.get("form") or OwnProfileForm(person=person),
            "device": device_of(person),
            "codes_left": codes_left(person),
            "is_required": must_have(person),
            "sessions": [(session, session.pk == here) for session in sessions],
            "others": sum(session.pk != here for session in sessions),
            "sign_ins": services.apps_signed_in(person, at=timezone.now()),
            "may_end": True,
            "done": _done_by(person),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("do")
        acts: Mapping[str | None, Callable[[], HttpResponse]] = {
            "photo": self._photo,
            "remove_photo": self._remove_photo,
            "end_session": self._end_session,
            "end_others": self._end_others,
        }
        return acts.get(asked, self._save)()

    def _photo(self) -> HttpResponse:
        upload = self.request.FILES.get("photo")
        if upload is None:
            return self._photo_refused(_now("Choose a picture first."), status=422)
        try:
            services.set_photo(self.person.pk, upload=upload, actor=self.actor)
        except DomainError as why:
            return self._photo_refused(str(why), status=why.status)
        messages.success(self.request, _now("Your photo is saved."))
        return redirect(self.link())

    def _photo_refused(self, sentence: str, *, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(photo_refusal=sentence), status=status)

    def _remove_photo(self) -> HttpResponse:
        services.remove_photo(self.person.pk, actor=self.actor)
        messages.success(self.request, _now("Your photo is removed."))
        return redirect(self.link())

    def _save(self) -> HttpResponse:
        form = OwnProfileForm(self.request.POST, person=self.person)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            services.change_profile(self.person.pk, actor=self.actor, seen=form.seen, **form.given)
        except DomainError as why:
            return self._not_saved(form, why)
        messages.success(self.request, _now("Your profile is saved."))
        return redirect(self.link())

    def _not_saved(self, form: OwnProfileForm, why: DomainError) -> HttpResponse:
        if isinstance(why, StaleReviewError):
            form.look_again(self.person)
        if refusal := at_fields(form, why):
            form.add_error(None, refusal)
        return self.render_to_response(self.get_context_data(form=form), status=why.status)

    def _end_session(self) -> HttpResponse:
        with said(self.request):
            ended = services.end_session(
                self.request.POST.get("session", ""), actor=self.actor, at=timezone.now()
            )
            messages.success(self.request, _now("Ended: %(device)s.") % {"device": ended.device})
        return redirect(self.link())

    def _end_others(self) -> HttpResponse:
        with said(self.request):
            keep = self.request.session.session_key or ""
            ended = services.end_all_sessions(self.person.pk, actor=self.actor, at=timezone.now(), keep=keep)
            messages.success(self.request, signed_out_words(ended))
        return redirect(self.link())


def _done_by(person: User) -> list[Happening]:
    """What the audit trail has of him, newest first."""
    entries = AuditEntry.objects.filter(actor_kind="staff", actor_id=str(person.pk)).order_by("-id")
    return [_named(entry, person) for entry in entries[:DONE_SHOWN]]


def _named(entry: AuditEntry, person: User) -> Happening:
    """An act of his own, after what it was done to."""
    told = happening(entry)
    is_own = entry.subject_kind == "accounts.user" and entry.subject_id == str(person.pk)
    what = told.what if is_own else f"{told.what}: {entry.subject_label}"
    return replace(told, what=what, who=entry.address or "")
