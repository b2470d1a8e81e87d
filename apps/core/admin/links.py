"""Links from one record to another's profile, and to the list of what belongs to it."""

from typing import Any

from django.db import models
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core import figures


def profile_link(record: models.Model | None, words: object = "") -> SafeString:
    """A record's name, or other words for it, as a link to its profile.

    Without a record, or for one that has no page of its own, the words stand alone; a dash for neither.
    """
    said = words or record or figures.NONE
    address = _profile_of(record) if record is not None else ""
    if not address:
        return format_html("<bdi>{}</bdi>", said)
    return format_html('<a class="lr-link" href="{}"><bdi>{}</bdi></a>', address, said)


def list_link(model: type[models.Model], words: object, **narrowed: Any) -> SafeString:
    """Words that lead to a list, narrowed by its filters."""
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in narrowed.items()})
    address = f"{reverse(_url_of(model, 'changelist'))}?{query.urlencode()}"
    return format_html('<a class="lr-link" href="{}">{}</a>', address, words)


def rest_link(model: type[models.Model], *, is_cut: bool, **narrowed: Any) -> SafeString | str:
    """Below a table that shows the first few: the way to all of them; nothing when these are all."""
    if not is_cut:
        return ""
    return list_link(model, _("All %s") % str(model._meta.verbose_name_plural), **narrowed)


def _profile_of(record: models.Model) -> str:
    try:
        return reverse(_url_of(type(record), "change"), args=[record.pk])
    except NoReverseMatch:  # a page of its own, such as a To Do item has
        own = getattr(record, "get_absolute_url", None)
        return str(own()) if own else ""


def _url_of(model: type[models.Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
