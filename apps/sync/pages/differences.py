"""What a comparison found different, in words and with the ways to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.admin.mirrored import erp_link
from apps.core.clock import from_erp
from apps.core.figures import moment_text
from apps.sync.entities import ENTITIES
from apps.sync.links import Pair, record_links
from apps.sync.models import Parity
from apps.sync.services.verifying import GONE, MISSING, TOTAL


@dataclass(frozen=True)
class Difference:
    """One record, or the total of one day, that is not here as it is there."""

    doctype: str
    name: str
    what: str
    link: str  # its page here; empty where it has none
    erp_link: str
    is_record: bool


def differences(parities: Iterable[Parity]) -> dict[str, list[Difference]]:
    """What differs, by entity, in the order in which it was found."""
    found = {parity.entity: parity.differences for parity in parities}
    links = record_links((one["doctype"], one["name"]) for kept in found.values() for one in kept)
    return {entity: [_difference(one, links) for one in kept] for entity, kept in found.items()}


def _difference(one: dict[str, Any], links: dict[Pair, str]) -> Difference:
    doctype, name, what = one["doctype"], one["name"], one["what"]
    is_record = not name.startswith(TOTAL)
    is_there = is_record and what != GONE
    return Difference(
        doctype=doctype,
        name=name if is_record else _("Total of %(day)s") % {"day": name.removeprefix(TOTAL)},
        what=_words(doctype, what),
        link=links.get((doctype, name), ""),
        erp_link=erp_link(doctype, name) if is_there else "",
        is_record=is_record,
    )


def _words(doctype: str, what: str) -> str:
    if what == MISSING:
        return _("ERPNext has it, and it is not here")
    if what == GONE:
        return _("It is here, and ERPNext has it no more")
    here, parted, there = what.removesuffix(" there").partition(" here, ")
    if not parted:
        return ", ".join(_column(doctype, name) for name in what.split(", "))
    said = _saved(here), _saved(there)
    if not all(said) or said[0] == said[1]:  # sums, or saved twice within the minute
        return _("%(here)s here, %(there)s in ERPNext") % {"here": here, "there": there}
    return _("Saved in ERPNext %(there)s; here it is as of %(here)s") % {"here": said[0], "there": said[1]}


def _saved(stamp: str) -> str:
    """A stamp of ERPNext's as people say it; empty for what is none."""
    try:
        return moment_text(from_erp(stamp), now=timezone.now())
    except ValueError:
        return ""


def _column(doctype: str, name: str) -> str:
    """A column as people call it; a table inside the document by ERPNext's name."""
    for entity in ENTITIES:
        for source in entity.sources:
            if source.doctype == doctype:
                return _label(source.model, name)
    return name


def _label(model: type[Model], name: str) -> str:
    try:
        return str(capfirst(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name
