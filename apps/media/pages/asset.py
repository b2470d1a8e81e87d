"""One picture: what it is, where it is shown, its texts and tags; beside the library or as a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.addresses import absolute
from apps.core.admin.history import history_of
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.errors import DomainError, InvalidInputError
from apps.media import services
from apps.media.models import Asset
from apps.media.pages.library import Library, say_uses
from apps.media.pages.uploading import one_file
from apps.media.services.describing import LONGEST_ALT

CHANGED = "media-changed"  # what the library beside listens for


@dataclass(frozen=True)
class Text:
    """The alternative text in one language, as it is typed."""

    code: str
    language: str
    typed: str
    error: str
    is_rtl: bool


class AssetPage(StaffPage):
    """What the page of a picture and its acts have in common."""

    title = _("Picture")
    template_name = "media/asset.html"
    parts = {"ll-aside": "media/aside.html"}  # noqa: RUF012 - as StaffPage declares it

    @property
    def part(self) -> str:
        """Its card in the library asks for itself until its sizes are there."""
        target = self.request.headers.get("HX-Target", "")
        is_card = self.request.headers.get("HX-Request") == "true" and target.startswith("media-card-")
        return "media/card.html" if is_card else super().part

    @property
    def actor(self) -> Actor:
        return Actor.of(cast("Person", self.request.user))

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Media"), Library.link())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asset = get_object_or_404(Asset, pk=self.kwargs["asset_id"])
        say_uses([asset])
        person = self.request.user
        given: Mapping[str, str] = kwargs.pop("given", {})
        errors: Mapping[str, str] = kwargs.pop("errors", {})
        rights = {f"may_{act}": may(person, f"media.{act}") for act in ("create", "edit", "delete")}
        if self.part == "media/card.html":
            return super().get_context_data(**kwargs) | {"asset": asset, **rights}
        return super().get_context_data(**kwargs) | {
            "title": str(asset),
            "asset": asset,
            "address": absolute(asset.url, request=self.request),
            "copies": list(asset.renditions.all()),
            "texts": list(_texts(asset, given=given, errors=errors)),
            "longest_alt": LONGEST_ALT,
            "tags": given.get("tags", ", ".join(asset.tags)),
            "tags_error": errors.get("tags", ""),
            "happened": history_of(asset),
            "beside": self.part == "media/aside.html",
            **rights,
        }

    def done(self, said: str) -> HttpResponse:
        """Beside the library: the picture as it is now, and the library looks again."""
        if not self.part:
            messages.success(self.request, said)
            return redirect(Picture.link(asset_id=self.kwargs["asset_id"]))
        page = self.render_to_response(self.get_context_data(said=said))
        page.headers["HX-Trigger"] = CHANGED
        return page

    def refused(self, why: DomainError, *, given: Mapping[str, str] | None = None) -> HttpResponse:
        """What was typed still stands there, and what is wrong stands at its field. htmx shows only a 200."""
        errors = {error.field: error.message for error in why.errors}
        page = self.get_context_data(refusal=str(why), given=given or {}, errors=errors)
        return self.render_to_response(page, status=200 if self.part else why.status)


@staff_page
class Picture(AssetPage):
    """A picture."""

    permission_key = "media.view"
    route = "media/<int:asset_id>/"
    url_name = "media_asset"
    http_method_names = ["get", "head"]  # noqa: RUF012 - as Django declares it


@staff_page
class DescribePicture(AssetPage):
    """Its texts and tags are saved."""

    permission_key = "media.edit"
    route = "media/<int:asset_id>/edit/"
    url_name = "media_asset_edit"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, asset_id: int) -> HttpResponse:
        given = request.POST.dict()
        alt = {code: given.get(f"alt_{code}", "") for code, _language in settings.LANGUAGES}
        try:
            tags = services.tags_in(given.get("tags", ""))
            services.describe(asset_id, alt=alt, tags=tags, actor=self.actor)
        except InvalidInputError as why:
            return self.refused(why, given=given)
        return self.done(_t("Texts and tags are saved."))


@staff_page
class ReplacePicture(AssetPage):
    """Another file under the same address."""

    permission_key = "media.edit"
    route = "media/<int:asset_id>/replace/"
    url_name = "media_asset_replace"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, asset_id: int) -> HttpResponse:
        seen = request.POST.get("version", "")
        try:
            file = one_file(request)
            services.replace(
                asset_id,
                file,
                name=file.name or "",
                seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
                actor=self.actor,
            )
        except DomainError as why:
            if not Asset.objects.filter(pk=asset_id).exists():
                return _gone(self, str(why))
            return self.refused(why)
        return self.done(_t("The picture was replaced. Its address stays; apps show it within five minutes."))


@staff_page
class DeletePicture(AssetPage):
    """It leaves the library."""

    permission_key = "media.delete"
    route = "media/<int:asset_id>/delete/"
    url_name = "media_asset_delete"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, asset_id: int) -> HttpResponse:
        asset = get_object_or_404(Asset, pk=asset_id)
        try:
            services.delete(asset_id, actor=self.actor)
        except DomainError as why:
            return self.refused(why)
        messages.success(request, _t("“%(name)s” was deleted.") % {"name": asset})
        if self.part:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect(Library.link())


def _gone(page: AssetPage, said: str) -> HttpResponse:
    messages.warning(page.request, said)
    return HttpResponse(headers={"HX-Refresh": "true"}) if page.part else redirect(Library.link())


def _texts(asset: Asset, *, given: Mapping[str, str], errors: Mapping[str, str]) -> Iterator[Text]:
    for code, language in settings.LANGUAGES:
        name = f"alt_{code}"
        yield Text(
            code=code,
            language=language,
            typed=given.get(name, asset.alt.get(code, "")),
            error=errors.get(name, ""),
            is_rtl=code == "ar",
        )
