"""Uploads: each file by itself. A script sends them one by one; without it, a form sends them together."""

from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.actors import Actor, Person
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.errors import DomainError, InvalidInputError
from apps.core.pictures import MOST_BYTES
from apps.media import services
from apps.media.errors import DuplicateError
from apps.media.models import Asset
from apps.media.pages.library import Library


@staff_page
class Upload(StaffPage):
    """Pictures come in."""

    title = _("Upload")
    permission_key = "media.create"
    route = "media/upload/"
    url_name = "media_upload"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest) -> HttpResponse:
        is_script = request.headers.get("Accept") == "application/json"
        return self._one(request) if is_script else self._several(request)

    def _one(self, request: HttpRequest) -> HttpResponse:
        try:
            asset = self._take(one_file(request), again="again" in request.POST)
        except DomainError as why:
            refused = {"code": why.code, "detail": str(why), "link": why.location}
            known = told(why.twin) if isinstance(why, DuplicateError) else None  # a picker can take that one
            return JsonResponse(refused | {"known": known}, status=why.status)
        return JsonResponse(told(asset), status=201)

    def _several(self, request: HttpRequest) -> HttpResponse:
        sent = request.FILES.getlist("file")
        taken = 0
        for file in sent:
            try:
                self._take(file, again=False)
            except DomainError as why:
                messages.warning(request, f"{file.name}: {why}")
            else:
                taken += 1
        for name in getattr(request, "too_large", ()):
            messages.warning(request, f"{name}: {too_large()}")
        if taken:
            said = ngettext("%(count)d picture was uploaded.", "%(count)d pictures were uploaded.", taken)
            messages.success(request, said % {"count": taken})
        elif not sent and not getattr(request, "too_large", ()):
            messages.warning(request, _t("No file was chosen."))
        return redirect(Library.link())

    def _take(self, file: "UploadedFile[bytes]", *, again: bool) -> Asset:
        actor = Actor.of(cast("Person", self.request.user))
        return services.upload(file, name=file.name or "", actor=actor, is_wanted_twice=again)


def one_file(request: HttpRequest) -> "UploadedFile[bytes]":
    """The file that was sent. Raises InvalidInputError."""
    if getattr(request, "too_large", ()):
        raise too_large()
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInputError(_t("No file was chosen."), code="no-file")
    return file


def too_large() -> InvalidInputError:
    """What is said of a file that was cut off on its way."""
    most = MOST_BYTES // 1024 // 1024
    said = _t("The file is larger than %(most)d MB, the most that is taken. Save it smaller.")
    return InvalidInputError(said % {"most": most}, code="picture-too-many-bytes")


def told(asset: Asset) -> dict[str, Any]:
    """What a script shows of a picture that has just come in."""
    return {
        "pk": asset.pk,
        "token": asset.token,
        "name": asset.original_name,
        "link": asset.get_absolute_url(),
        "thumbnail": asset.thumbnail,
    }
