"""The feed: what one was told, the latest first; everyone sees his own."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import keyset
from apps.core.actors import Actor
from apps.core.admin.chips import Tone
from apps.core.admin.pages import StaffPage, staff_page
from apps.notifications import registry, services
from apps.notifications.models import Receipt
from apps.notifications.states import Severity

SIZE = 30
IN_THE_BELL = 8
TONES = {
    Severity.INFO: Tone.QUIET,
    Severity.GOOD: Tone.WELL,
    Severity.LOOK: Tone.LOOK,
    Severity.ACT: Tone.ACT,
}


def toned(receipts: list[Receipt]) -> list[Receipt]:
    """Each with the tone in which it is shown."""
    for receipt in receipts:
        receipt.tone = TONES[Severity(receipt.notice.severity)]  # type: ignore[attr-defined]
    return receipts


class OwnPage(StaffPage):
    """A page of what concerns the person himself."""

    permission_key = ""  # one's own

    @property
    def person(self) -> User:
        return cast("User", self.request.user)


@staff_page
class Feed(OwnPage):
    """Notifications."""

    title = _("Notifications")
    route = "notifications/"
    url_name = "notifications"
    template_name = "notifications/feed.html"
    parts = {"notices": "notifications/notices.html"}  # noqa: RUF012 - as StaffPage declares it

    @property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in {kind.key for kind in registry.kinds()} else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        only_unread = self.request.GET.get("show") == "unread"
        notices = Receipt.objects.of(self.person).latest_first().order_by()
        if only_unread:
            notices = notices.unread()
        if self.kind:
            notices = notices.of_kind(self.kind)
        cursor = self.request.GET.get("cursor") or None
        found = keyset.page(notices, ordering=("-id",), size=SIZE, cursor=cursor)
        muted = services.muted_by(self.person)
        return super().get_context_data(**kwargs) | {
            "receipts": toned(found.rows),
            "next": found.next,
            "previous": found.previous,
            "only_unread": only_unread,
            "kinds": registry.kinds(),
            "kind": self.kind,
            "left_to_read": services.unread_count(self.person),
            "muted": muted,
            "mutable": [(kind, kind.key in muted) for kind in registry.kinds() if kind.can_be_muted],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Everything is read, or everything of the kind that is shown; or other kinds are muted."""
        do = request.POST.get("do", "read")
        if do == "mute":
            services.choose_muted(
                request.POST.getlist("kind"), person=self.person, actor=Actor.of(self.person)
            )
            messages.success(request, _t("Saved. What is muted stands here, already read."))
        elif do == "read":
            services.mark_all_read(person=self.person, kind=self.kind)
        else:
            raise BadRequest("what is to be done?")
        return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The feed, as it was narrowed."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"{Feed.link()}?{query.urlencode()}" if query else Feed.link()


@staff_page
class LatestNotices(OwnPage):
    """What the bell opens: the last few, and the count anew."""

    title = _("Notifications")
    route = "notifications/latest/"
    url_name = "notifications_latest"
    template_name = "notifications/latest.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A part of every page: it needs no frame of its own."""
        return {
            "receipts": toned(services.latest(self.person, many=IN_THE_BELL)),
            "unread": services.unread_count(self.person),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Everything is read."""
        services.mark_all_read(person=self.person)
        return self.render_to_response(self.get_context_data())


@staff_page
class UnreadBadge(OwnPage):
    """The count beside the bell, asked for now and then by pages that stay open."""

    title = _("Notifications")
    route = "notifications/count/"
    url_name = "notifications_count"
    template_name = "notifications/count.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"unread": services.unread_count(self.person)}


@staff_page
class OpenNotice(OwnPage):
    """Marks one notice as read and goes where it leads; a POST, since a browser may follow links ahead."""

    title = _("Notification")
    route = "notifications/<int:receipt_id>/open/"
    url_name = "notification_open"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, receipt_id: int) -> HttpResponse:
        receipt = get_object_or_404(Receipt.objects.of(self.person).select_related("notice"), pk=receipt_id)
        services.mark_read([receipt.pk], person=self.person)
        link = receipt.notice.link
        return HttpResponseRedirect(link if url_has_allowed_host_and_scheme(link, None) else Feed.link())


@staff_page
class MarkNotice(OwnPage):
    """Marks one notice as read, or as not read after all, and stays where one is."""

    title = _("Notification")
    route = "notifications/<int:receipt_id>/mark/"
    url_name = "notification_mark"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, receipt_id: int) -> HttpResponse:
        receipt = get_object_or_404(Receipt.objects.of(self.person), pk=receipt_id)
        if request.POST.get("do") == "unread":
            services.mark_unread([receipt.pk], person=self.person)
        else:
            services.mark_read([receipt.pk], person=self.person)
        return redirect(_back(request))
