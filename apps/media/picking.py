"""How other apps take a picture: a model by a field, a setting by a kind of option.

::

    class Package(models.Model):
        picture = MediaField(verbose_name=_("picture"))

    class ShopPictures(OptionGroup):
        logo = PictureOption(_("Logo"), default=None)

    usage.register(shown_by_option(ShopPictures.logo))

Both show the same picker in a form, and what they hold cannot be deleted from the library.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.db import connection, models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.models import OptionValue
from apps.core.options import Option
from apps.media import usage
from apps.media.models import Asset
from apps.media.naming import TOKEN
from apps.media.usage import Source, Use

PICKER: Final = "media/picker.html"
MOST_SHOWN: Final = 20  # places of one kind that show one picture


class PictureInput(forms.TextInput):
    """The picture that is chosen, and the way to another; the form's value is the picture's number."""

    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        return False  # it has a label and stands in the form like any other field

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        number = str(value) if value is not None else ""
        picture = Asset.objects.filter(pk=int(number)).first() if number.isdecimal() else None
        return context | {
            "picture": picture,
            "by": "pk",
            "may_upload": True,  # a widget knows nobody: who may not is told by the server
            "name": name,
            "value": number,
            "id": context["widget"]["attrs"].get("id", f"id_{name}"),
        }

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """By the project's own templates; a form's renderer knows only those of the apps."""
        return render_to_string(PICKER, self.get_context(name, value, attrs))

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["larder/css/inbox.css", "larder/css/media.css"]}
        js: ClassVar[list[str]] = ["larder/js/media.js"]


class PictureFormField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    """Takes a picture of the library by its number."""

    widget = PictureInput


class MediaField(models.ForeignKey[Any, Any]):
    """A picture of the library. That a row shows it is known by the field alone: see ``usage``."""

    def __init__(self, *args: Any, **how: Any) -> None:
        how.setdefault("to", "media.Asset")
        how.setdefault("on_delete", models.PROTECT)
        how.setdefault("related_name", "+")
        how.setdefault("null", True)
        how.setdefault("blank", True)
        super().__init__(*args, **how)

    def contribute_to_class(self, cls: type[models.Model], name: str, **how: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **how)
        if not cls._meta.abstract and cls.__module__ != "__fake__":  # a migration's model shows nothing
            usage.register(shown_by_field(cls, name))

    def formfield(self, **how: Any) -> Any:
        how.pop("widget", None)  # the admin would give it a list of all pictures
        return super().formfield(**how, form_class=PictureFormField, widget=PictureInput)


class PictureOption(Option[str]):
    """A picture of the library, kept by its token; empty means none."""

    widget = "picture"
    template_name = "media/option.html"

    @property
    def bounds(self) -> str:
        return _("a picture of the media library")

    def read(self, raw: Any) -> str:
        return str(raw).strip()

    def check(self, value: str) -> None:
        if not re.fullmatch(TOKEN, value):
            raise ValueError(_("“%(raw)s” is no picture of the library") % {"raw": value[:40]})

    def shown(self, value: Any) -> str:
        return str(self.picture_of(value) or value) if value else "—"

    def picture_of(self, value: Any) -> Asset | None:
        """The picture that a value means."""
        return Asset.objects.filter(token=value).first() if value else None


def shown_by_field(model: type[models.Model], name: str) -> Source:
    """The rows of a model that show pictures by a field."""

    def uses(asset_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
        found: dict[int, list[Use]] = {}
        counted = Window(RowNumber(), partition_by=[F(name)], order_by="pk")
        rows = model._base_manager.filter(**{f"{name}__in": asset_ids}).alias(counted=counted)
        for row in rows.filter(counted__lte=MOST_SHOWN).order_by("pk"):
            title = f"{model._meta.verbose_name} {row}"
            found.setdefault(getattr(row, f"{name}_id"), []).append(Use(title, _page_of(row)))
        return found

    shown = f"{name}__isnull"
    return Source(
        key=f"{model._meta.label}.{name}",
        title=model._meta.verbose_name_plural or "",
        used=lambda: Q(pk__in=model._base_manager.filter(**{shown: False}).values(name)),
        uses=uses,
    )


def _page_of(row: models.Model) -> str:
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        own = getattr(row, "get_absolute_url", None)
        return str(own()) if own else ""


def shown_by_option(option: PictureOption) -> Source:
    """A setting that shows a picture. Asked of the table itself: another process may have just saved it."""

    def token() -> str:
        kept = OptionValue.objects.filter(key=option.key).values_list("value", flat=True).first()
        return str(kept or "")

    def uses(asset_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
        where = f"{reverse('admin:settings')}?group={option.group_key}#{option.key}"
        title = f"{_('Settings')}: {option.title}"
        shown = Asset.objects.filter(pk__in=asset_ids, token=token())
        return {pk: [Use(title, where)] for pk in shown.values_list("pk", flat=True)}

    return Source(
        key=option.key, title=option.title, used=lambda: Q(token=token()), uses=uses, hold=_hold_options
    )


def _hold_options() -> None:
    """Wait for whoever saves settings, and let nobody begin: he looks whether the picture is there."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE core_optionvalue IN SHARE MODE")
