"""The words of messages: per kind and language, with a preview, and a test to oneself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import DomainError, InvalidInputError
from apps.notifications import message_kinds, services
from apps.notifications.message_kinds import MessageKind
from apps.notifications.models import MessageText
from apps.notifications.testing import send_test
from apps.notifications.wording import LONGEST_BODY, LONGEST_TITLE, Words, complaints


@dataclass(frozen=True)
class Cell:
    """A kind in one language: whose words hold."""

    language: str
    name: str
    state: str  # own | app | other
    from_language: str


@staff_page
class MessageTexts(StaffPage):
    """Every kind of message, and in which languages it has words."""

    title = _("Message texts")
    permission_key = "settings.view"
    route = "messages/texts/"
    url_name = "message_texts"
    template_name = "notifications/texts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = set(MessageText.objects.values_list("kind", "language"))
        return super().get_context_data(**kwargs) | {
            "lead": _("What the shop says to customers, by kind and language."),
            "rows": [(kind, kind.category.label, _cells(kind, own)) for kind in message_kinds.kinds()],
        }


def _cells(kind: MessageKind, own: set[tuple[str, str]]) -> list[Cell]:
    return [_cell(kind, language, name, own) for language, name in message_kinds.languages().items()]


def _cell(kind: MessageKind, language: str, name: str, own: set[tuple[str, str]]) -> Cell:
    for step in message_kinds.chain(language):
        if (kind.key, step) in own or step in kind.texts:
            whose = "own" if (kind.key, step) in own else "app"
            return Cell(language, name, whose if step == language else "other", step)
    return Cell(language, name, "other", message_kinds.last_resort())


@staff_page
class MessageTextPage(StaffPage):
    """One kind in one language."""

    title = _("Message text")
    permission_key = "settings.view"
    route = "messages/texts/<str:kind>/<str:language>/"
    url_name = "message_text"
    template_name = "notifications/text.html"
    parts = {"preview": "notifications/preview.html"}  # noqa: RUF012 - as StaffPage declares it

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    @property
    def kind(self) -> MessageKind:
        kind = message_kinds.kind_if_known(self.kwargs["kind"])
        if kind is None or self.language not in message_kinds.languages():
            raise Http404("There is no such message, or no such language.")
        return kind

    @property
    def language(self) -> str:
        return str(self.kwargs["language"])

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(MessageTexts.title, MessageTexts.link())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind, now = self.kind, services.text_now(self.kind, self.language)
        words: Words = kwargs.pop("words", None) or now.words
        errors: Mapping[str, str] = kwargs.pop("errors", {})
        return super().get_context_data(**kwargs) | {
            "title": kind.title,
            "kind": kind,
            "language": self.language,
            "language_name": message_kinds.languages()[self.language],
            "languages": message_kinds.languages(),
            "now": now,
            "is_own": now.own is not None and now.language == self.language,
            "falls_back": now.language != self.language,
            "fallback_name": message_kinds.languages().get(now.language, now.language),
            "stamp": now.stamp if now.language == self.language else "",
            "words": words,
            "errors": errors,
            "shown": _preview(words, kind),
            "complaints": dict(complaints(words, kind.names)),
            "longest_title": LONGEST_TITLE,
            "longest_body": LONGEST_BODY,
            "may_edit": may(self.request.user, "settings.edit"),
        }

    def post(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Save, reset, look, or send a test; a refusal leaves what was typed in its fields."""
        require(request.user, "settings.edit")
        do = request.POST.get("do", "")
        typed = Words(request.POST.get("title", ""), request.POST.get("body", "").replace("\r\n", "\n"))
        if do == "preview":
            return self.render_to_response(self.get_context_data(words=typed))
        verbs = {"save": self._save, "reset": self._reset, "test": self._test}
        if do not in verbs:
            raise BadRequest("what is to be done?")
        try:
            said = verbs[do](typed)
        except InvalidInputError as why:
            errors = {error.field: error.message for error in why.errors}
            page = self.get_context_data(words=typed, errors=errors, refusal=str(why))
            return self.render_to_response(page, status=422)
        except DomainError as why:
            page = self.get_context_data(words=typed, refusal=str(why))
            return self.render_to_response(page, status=409)
        messages.success(request, said)
        return redirect(self.link(kind=kind, language=language))

    def _save(self, typed: Words) -> str:
        seen = self.request.POST.get("seen", "")
        services.save_text(self.kind.key, self.language, typed, seen=seen, actor=Actor.of(self.person))
        return _t("Saved. The next message of this kind says so.")

    def _reset(self, _typed: Words) -> str:
        was_own = services.reset_text(self.kind.key, self.language, actor=Actor.of(self.person))
        if not was_own:
            return _t("Nothing to reset: these are the words that Larder brought.")
        return _t("Back to the words that Larder brought.")

    def _test(self, _typed: Words) -> str:
        return send_test(self.kind, self.language, to=self.person, actor=Actor.of(self.person))


def _preview(words: Words, kind: MessageKind) -> Words | None:
    """With the examples in it; None while it holds a name that stands for nothing."""
    return None if list(complaints(words, kind.names)) else words.filled(kind.samples)
