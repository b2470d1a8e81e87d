"""Records that ERPNext owns: read here, changed there."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.core.access import may
from apps.core.admin.base import ShopAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.history import Happening
from apps.core.mirror import MirroredModel


class MirroredAdmin(ShopAdmin):
    """ERPNext's columns are plain text, never disabled inputs; nothing is added or removed here.

    ``edited`` names the fields that Larder adds to such a record, if any; they alone can be changed.
    """

    erp_doctype: ClassVar[str]  # "Sales Invoice": where the record stands in ERPNext

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """Whatever ``edited`` says by mistake, no column of ERPNext's gets into a form."""
        erp_columns = getattr(self.model, "ERP_COLUMNS", ())
        return [name for name in self.edited if name not in erp_columns]

    def doctype_of(self, record: Any) -> str:
        """The DocType of one record; a list that mixes several says which."""
        return self.erp_doctype

    def profile_chips(self, record: Any) -> Sequence[Chip]:
        return [Chip(_("Gone from ERPNext"), Tone.ACT, "cloud_off")] if record.is_gone else []

    def happenings(self, record: Any) -> list[Happening]:
        """Our own acts, among what ERPNext told."""
        told = [*super().happenings(record), *erp_happenings(record)]
        return sorted(told, key=lambda happening: happening.at, reverse=True)

    def strip(self, record: Any, request: HttpRequest) -> dict[str, Any] | None:
        return {
            "read_at": record.read_at,
            "name": record.erp_name,
            "open_link": erp_link(self.doctype_of(record), record.erp_name),
            "brought_by": _brought_by(record.read_by, request),
        }


def erp_happenings(record: MirroredModel) -> list[Happening]:
    """What ERPNext says of a record's life."""
    told = [Happening(_("Made in ERPNext"), record.created_in_erp, icon="add_circle")]
    if record.erp_modified != record.erp_creation:
        told.append(Happening(_("Last saved in ERPNext"), record.saved_in_erp, icon="edit"))
    told.append(Happening(_("Last brought in from ERPNext"), record.read_at, icon="sync"))
    if record.gone_at:
        told.append(Happening(_("Gone from ERPNext"), record.gone_at, icon="cloud_off", tone="act"))
    return told


def erp_link(doctype: str, name: str) -> str:
    """Where a document stands in ERPNext's own desk, or in the demo that stands in for it."""
    return f"{settings.ERPNEXT_DESK_URL}/app/{doctype.lower().replace(' ', '-')}/{quote(name, safe='')}"


def _brought_by(run: int, request: HttpRequest) -> str:
    """ "by run 42", with a link for whoever may see runs."""
    if not run:
        return ""
    words = _("by run %d") % run
    if not may(request.user, "sync.view"):
        return words
    try:
        return format_html(
            '<a class="lr-link" href="{}">{}</a>', reverse("admin:sync_run_change", args=[run]), words
        )
    except NoReverseMatch:
        return words
