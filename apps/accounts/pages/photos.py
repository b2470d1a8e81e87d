"""The face of a member of staff, for those who work with him: behind the door, unlike the shop's pictures."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Photo
from apps.core.access import HELD
from apps.core.admin.pages import StaffPage, staff_page

# The address carries the digest: another photo has another address.
KEPT: Final = {"Cache-Control": "private, max-age=31536000, immutable"}


@staff_page
class StaffPhoto(StaffPage):
    """A picture, no page. A held session sees its own only."""

    title = _("Photo")
    permission_key = ""  # whoever is signed in sees his colleagues
    route = "staff/<int:person_id>/photo/"
    url_name = "staff_photo"
    is_cacheable = True
    http_method_names = ["get", "head"]  # noqa: RUF012 - declared so by Django

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        whose = kwargs["person_id"]
        if whose > 2**63 - 1 or (request.session.get(HELD) and whose != request.user.pk):
            raise Http404
        photo = Photo.objects.filter(user_id=whose).first()
        if photo is None:
            raise Http404
        return HttpResponse(bytes(photo.content), content_type="image/jpeg", headers=KEPT)
