"""The admin speaks the person's own language, whatever the browser asks for."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

SPOKEN: Final = ("en", "ar")  # the shop's content has more languages than its staff's screens


class StaffLanguage:
    """In the admin: the language of whoever is signed in, else the browser's if we speak it, else English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(reverse("admin:index")):
            return self.get_response(request)
        wanted = getattr(request.user, "language", "") or translation.get_language()
        language = wanted if wanted in SPOKEN else SPOKEN[0]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if hasattr(response, "render"):
                response.render()  # still in that language
        response.headers.setdefault("Content-Language", language)
        return response
