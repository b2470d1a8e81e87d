"""What is done to several pictures of the library together; each by itself, and a refusal stops no other."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.actors import Actor, Person
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.errors import DomainError
from apps.media import services
from apps.media.errors import InUseError
from apps.media.models import Asset
from apps.media.pages.library import Library
from apps.media.usage import Use

AT_ONCE: Final = 500
REFUSALS_SHOWN: Final = 5
PLACES_SHOWN: Final = 3  # of one picture


class Together(StaffPage):
    """An act on the pictures that are ticked."""

    title = _("Media")
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def act(self, asset: Asset, *, actor: Actor) -> object:
        raise NotImplementedError

    def done(self, count: int) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest) -> HttpResponse:
        actor = Actor.of(cast("Person", request.user))
        done, refused = _each(_chosen(request), lambda asset: self.act(asset, actor=actor))
        if done:
            messages.success(request, self.done(done))
        for sentence in refused[:REFUSALS_SHOWN]:
            messages.warning(request, sentence)
        if more := len(refused[REFUSALS_SHOWN:]):
            messages.warning(request, ngettext("%d more was refused.", "%d more were refused.", more) % more)
        if not done and not refused:
            messages.warning(request, _t("Nothing was selected."))
        return _back(request)


@staff_page
class TagTogether(Together):
    """Tags are put on and taken off."""

    permission_key = "media.edit"
    route = "media/tag/"
    url_name = "media_tag"

    def act(self, asset: Asset, *, actor: Actor) -> object:
        posted = self.request.POST
        return services.retag(
            asset.pk,
            add=services.tags_in(posted.get("add", "")),
            remove=services.tags_in(posted.get("remove", "")),
            actor=actor,
        )

    def done(self, count: int) -> str:
        said = ngettext("%(count)d picture was tagged.", "%(count)d pictures were tagged.", count)
        return said % {"count": count}


@staff_page
class DeleteTogether(Together):
    """Pictures leave the library."""

    permission_key = "media.delete"
    route = "media/delete/"
    url_name = "media_delete"

    def act(self, asset: Asset, *, actor: Actor) -> object:
        services.delete(asset.pk, actor=actor)
        return None

    def done(self, count: int) -> str:
        said = ngettext("%(count)d picture was deleted.", "%(count)d pictures were deleted.", count)
        return said % {"count": count}


def _chosen(request: HttpRequest) -> Iterable[Asset]:
    asked = {int(pk) for pk in request.POST.getlist("asset") if pk.isdecimal() and len(pk) < 19}
    return Asset.objects.filter(pk__in=sorted(asked)[:AT_ONCE]).order_by("pk")


def _each(assets: Iterable[Asset], act: Callable[[Asset], Any]) -> tuple[int, list[str]]:
    done = 0
    refused: list[str] = []
    for asset in assets:
        try:
            act(asset)
        except InUseError as why:
            refused.append(_shown_by(asset, why.uses))
        except DomainError as why:
            refused.append(f"{asset}: {why}")
        else:
            done += 1
    return done, refused


def _shown_by(asset: Asset, uses: Sequence[Use]) -> SafeString:
    """Where it is shown, as ways there: the person has to choose another picture in each."""
    places = [
        format_html('<a class="lr-link" href="{}">{}</a>', use.link, use.title) if use.link else use.title
        for use in uses[:PLACES_SHOWN]
    ]
    if len(uses) > PLACES_SHOWN:
        more = _t("%(more)d more") % {"more": len(uses) - PLACES_SHOWN}
        places.append(format_html('<a class="lr-link" href="{}">{}</a>', asset.get_absolute_url(), more))
    return format_html(
        _t("{name}: it is shown by {places}. Choose another picture there first."),
        name=asset,
        places=format_html_join(", ", "{}", ((place,) for place in places)),
    )


def _back(request: HttpRequest) -> HttpResponse:
    """To the library as it was narrowed."""
    asked = request.POST.get("back", "")
    if asked.startswith(Library.link()) and url_has_allowed_host_and_scheme(asked, None):
        return HttpResponseRedirect(asked)
    return redirect(Library.link())
