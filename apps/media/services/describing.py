"""What people say of a picture: its alternative text per language, and its tags."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError
from apps.media.models import Asset
from apps.media.services.rows import TRACED, locked, words_of

LONGEST_ALT: Final = 300
LONGEST_TAG: Final = 40
MOST_TAGS: Final = 20


def tags_in(typed: str) -> list[str]:
    """What somebody typed as tags, between commas of his own script."""
    return typed.replace("،", ",").split(",")


def describe(asset_id: int, *, alt: Mapping[str, str], tags: Iterable[str], actor: Actor) -> Asset:
    """Set its texts and tags. Raises NotFoundError, InvalidInputError with every mistake at its field."""
    texts, words = _texts(alt), _tags(tags)
    with transaction.atomic():
        return _write(locked(asset_id), alt=texts, tags=words, actor=actor)


def retag(asset_id: int, *, add: Iterable[str] = (), remove: Collection[str] = (), actor: Actor) -> Asset:
    """Put tags on a picture and take others off. Raises NotFoundError, InvalidInputError."""
    with transaction.atomic():
        asset = locked(asset_id)
        tags = _tags([*(tag for tag in asset.tags if tag not in set(_tags(remove))), *add])
        return _write(asset, alt=asset.alt, tags=tags, actor=actor)


def _write(asset: Asset, *, alt: Mapping[str, str], tags: list[str], actor: Actor) -> Asset:
    if asset.alt == alt and asset.tags == tags:
        return asset
    before = audit.values_of(asset, *TRACED)
    asset.alt, asset.tags = dict(alt), tags
    asset.known_by = words_of(asset)
    asset.save(update_fields=["alt", "tags", "known_by"])
    audit.record(
        actor=actor,
        action="media.described",
        subject=Subject.of(asset),
        before=before,
        after=audit.values_of(asset, *TRACED),
    )
    return asset


def _texts(alt: Mapping[str, str]) -> dict[str, str]:
    languages = dict(settings.LANGUAGES)
    texts = {code: " ".join(text.replace("\x00", "").split()) for code, text in alt.items()}
    errors = [
        FieldError(f"alt_{code}", "too-long", _("At most %(most)d characters.") % {"most": LONGEST_ALT})
        for code, text in texts.items()
        if len(text) > LONGEST_ALT
    ]
    strange = (code for code in texts if code not in languages)
    errors += [FieldError(f"alt_{code}", "unknown", _("Unknown language.")) for code in strange]
    if errors:
        raise InvalidInputError(_("Nothing was saved: a text has to be corrected."), errors=errors)
    return {code: texts[code] for code in languages if texts.get(code)}


def _tags(given: Iterable[str]) -> list[str]:
    """Tags in small letters, each once, in the order of the alphabet."""
    tags = sorted({" ".join(tag.replace("\x00", "").casefold().split()) for tag in given} - {""})
    wrong = [tag for tag in tags if len(tag) > LONGEST_TAG or "," in tag]
    sentence = ""
    if wrong:
        sentence = _("The tag “%(tag)s…” has more than %(most)d characters.") % {
            "tag": wrong[0][:20],
            "most": LONGEST_TAG,
        }
    elif len(tags) > MOST_TAGS:
        sentence = _("At most %(most)d tags to a picture.") % {"most": MOST_TAGS}
    if sentence:
        raise InvalidInputError(sentence, errors=[FieldError("tags", "invalid", sentence)])
    return tags
