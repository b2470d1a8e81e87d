"""Where a record that ERPNext calls by DocType and name is shown here."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import admin
from django.db.models import F
from django.urls import reverse

from apps.core.access import may
from apps.core.mirror import MirroredModel
from apps.sync.entities import origins

Pair = tuple[str, str]  # DocType, name in ERPNext


def profile_link(model: type[MirroredModel], pk: int) -> str:
    """The profile of a record; empty where staff have no page for its kind."""
    if not admin.site.is_registered(model):
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def may_read(person: object, doctype: str) -> bool:
    """Whether this person may see records of a DocType: by the key of their page here.

    What has no page of its own, such as a line of a table, comes with what does: who sees the sync sees it.
    """
    models = {origin.source.model for origin in origins() if origin.source.doctype == doctype}
    pages = [admin.site.get_model_admin(model) for model in models if admin.site.is_registered(model)]
    return all(may(person, f"{page.permission_category}.view") for page in pages)  # type: ignore[attr-defined]


def record_link(doctype: str, name: str) -> str:
    """The profile of a document of ERPNext; empty when it is not here, or staff have no page for it."""
    return record_links([(doctype, name)]).get((doctype, name), "")


def record_links(pairs: Iterable[Pair]) -> dict[Pair, str]:
    """The profiles of those documents that have one here; a question for each DocType, however many."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for doctype, name in pairs:
        names[doctype].add(name)
    found: dict[Pair, str] = {}
    for origin in origins():
        source = origin.source
        asked = names[source.doctype] if admin.site.is_registered(source.model) else set()
        for name, pk in _ids(source.model, asked, fixed=dict(source.fixed)).items():
            found[source.doctype, name] = profile_link(source.model, pk)
    return found


def _ids(model: type[MirroredModel], names: set[str], *, fixed: dict[str, str]) -> dict[str, int]:
    """By name the present record, or the last that went."""
    if not names:
        return {}
    rows = model._base_manager.filter(erp_name__in=names, **fixed)
    return dict(rows.order_by(F("gone_at").asc(nulls_last=True), "pk").values_list("erp_name", "pk"))
