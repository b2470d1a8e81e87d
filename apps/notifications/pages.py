"""The feed: what one was told, the latest first; everyone sees his own."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import keyset
from apps.core.admin.chips import Tone
from apps.core.admin.pages import StaffPage, staff_page
from apps.notifications import registry, services
from apps.notifications.models import Receipt
from apps.notifications.states import Severity

SIZE = 30
TONES = {
    Severity.INFO: Tone.QUIET,
    Severity.GOOD: Tone.WELL,
    Severity.LOOK: Tone.LOOK,
    Severity.ACT: Tone.ACT,
}


@staff_page
class Feed(StaffPage):
    """Notifications."""

    title = _("Notifications")
    permission_key = ""  # one's own
    route = "notifications/"
    url_name = "notifications"
    template_name = "notifications/feed.html"
    parts = {"notices": "notifications/notices.html"}  # noqa: RUF012 - as StaffPage declares it

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

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
        for receipt in found.rows:
            receipt.tone = TONES[Severity(receipt.notice.severity)]  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "receipts": found.rows,
            "next": found.next,
            "previous": found.previous,
            "only_unread": only_unread,
            "kinds": registry.kinds(),
            "kind": self.kind,
            "left_to_read": services.unread_count(self.person),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Everything is read."""
        services.mark_all_read(person=self.person)
        return redirect(self.link())


@staff_page
class OpenNotice(StaffPage):
    """Marks one notice as read and goes where it leads; a POST, since a browser may follow links ahead."""

    title = _("Notification")
    permission_key = ""  # one's own
    route = "notifications/<int:receipt_id>/open/"
    url_name = "notification_open"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, receipt_id: int) -> HttpResponse:
        person = cast("User", request.user)
        receipt = get_object_or_404(Receipt.objects.of(person).select_related("notice"), pk=receipt_id)
        services.mark_read([receipt.pk], person=person)
        link = receipt.notice.link
        return HttpResponseRedirect(link if url_has_allowed_host_and_scheme(link, None) else Feed.link())
