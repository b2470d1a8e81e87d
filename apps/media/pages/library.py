"""All pictures: as a grid or a list, searched and narrowed, the latest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core import keyset
from apps.core.access import may
from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.pages import StaffPage, staff_page
from apps.media import usage
from apps.media.models import KINDS, Asset
from apps.media.querysets import AssetQuerySet
from apps.media.states import AssetSource, AssetState
from apps.media.usage import Use

SIZE: Final = 48
chips.register(
    "media.Asset.state",
    {
        AssetState.PREPARING: Chip(AssetState.PREPARING.label, Tone.RUNNING),
        AssetState.READY: Chip(AssetState.READY.label, Tone.WELL),
        AssetState.FAILED: Chip(AssetState.FAILED.label, Tone.ACT, "error"),
    },
)


@dataclass(frozen=True)
class Narrowed:
    """What the library is narrowed to, as far as it makes sense."""

    words: str
    kind: str
    tag: str
    source: str
    is_unused: bool

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Narrowed":
        kind, source = asked.get("kind", ""), asked.get("source", "")
        return cls(
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            kind=kind if kind in dict(KINDS) else "",
            tag=asked.get("tag", "").replace("\x00", "")[:40],
            source=source if source in AssetSource.values else "",
            is_unused=asked.get("use") == "unused",
        )

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.kind or self.tag or self.source or self.is_unused)

    def pictures(self) -> AssetQuerySet:
        found = Asset.objects.all()
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.source:
            found = found.filter(source=self.source)
        if self.tag:
            found = found.tagged(self.tag)
        if self.is_unused:
            found = found.unused()
        return found.matching(self.words)


@staff_page
class Library(StaffPage):
    """Media."""

    title = _("Media")
    permission_key = "media.view"
    route = "media/"
    url_name = "media_library"
    template_name = "media/library.html"
    parts = {"media-rows": "media/rows.html"}  # noqa: RUF012 - as StaffPage declares it

    @property
    def narrowed(self) -> Narrowed:
        return Narrowed.of(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        narrowed = self.narrowed
        pictures = narrowed.pictures()
        cursor = self.request.GET.get("cursor") or None
        found = keyset.page(pictures, ordering=("-uploaded_at", "-id"), size=SIZE, cursor=cursor)
        say_uses(found.rows)
        rights = {f"may_{act}": may(person, f"media.{act}") for act in ("create", "edit", "delete")}
        return super().get_context_data(**kwargs) | {
            "lead": _("The pictures of the shop's apps and pages. Their addresses are public and stay."),
            "rows": found.rows,
            "next": found.next,
            "previous": found.previous,
            "found": pictures.count() if found.rows else 0,
            "narrowed": narrowed,
            "filtered": narrowed.is_set,
            "kinds": KINDS,
            "sources": AssetSource.choices,
            "tags": [] if self.part else Asset.objects.all_tags(),
            "look": "list" if self.request.GET.get("as") == "list" else "grid",
            **rights,
        }


def say_uses(pictures: Sequence[Asset]) -> None:
    """Write on each picture where it is shown: a few queries for all of them."""
    uses: Mapping[int, list[Use]] = usage.uses_of([picture.pk for picture in pictures])
    for picture in pictures:
        picture.uses = uses[picture.pk]  # type: ignore[attr-defined]
