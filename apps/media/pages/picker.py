"""What a form's picker offers: pictures to choose one from."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core import keyset
from apps.core.admin.pages import StaffPage, staff_page
from apps.media.models import Asset

SIZE: Final = 24


@staff_page
class Picker(StaffPage):
    """Choose a picture."""

    title = _("Choose a picture")
    permission_key = "media.view"
    route = "media/pick/"
    url_name = "media_pick"
    template_name = "media/choices.html"
    http_method_names = ["get", "head"]  # noqa: RUF012 - as Django declares it

    @property
    def part(self) -> str:
        """Only ever a part, since it stands in a dialog: the choices, or those that follow upon them."""
        return "media/choices_more.html" if self.request.GET.get("cursor") else self.template_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        words = asked.get("pick", "").replace("\x00", "").strip()[:100]
        pictures = Asset.objects.matching(words)
        cursor = asked.get("cursor") or None
        found = keyset.page(pictures, ordering=("-uploaded_at", "-id"), size=SIZE, cursor=cursor)
        by = "token" if asked.get("by") == "token" else "pk"
        return super().get_context_data(**kwargs) | {
            "choices": [(getattr(asset, by), asset) for asset in found.rows],
            "found": 0 if cursor else pictures.count(),
            "next": found.next,
            "words": words,
            "by": by,
        }
