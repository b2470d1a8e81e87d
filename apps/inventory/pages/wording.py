"""Why a product is suggested, in words: a sentence for each reason of the matcher."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.inventory.matching.model import Because

SENTENCES: Final[Mapping[Because, Promise]] = {
    Because.LEARNED_PART: _("chosen before for part number %(part)s"),
    Because.LEARNED_NAME: _("chosen before for this name"),
    Because.BARCODE: _("has the barcode %(barcode)s"),
    Because.BARCODE_SHARED: _("has the barcode %(barcode)s, as %(products)s products do"),
    Because.BARCODE_OF_CASE: _("%(barcode)s is the barcode of a case of it"),
    Because.ITEM_CODE: _("its code is %(code)s"),
    Because.WORDS_SHARED: _("shares “%(words)s”"),
    Because.WORDS_GUESSED: _("read as %(words)s"),
    Because.WORDS_MISSING: _("the invoice does not say “%(words)s”"),
    Because.WORDS_EXTRA: _("only the invoice says “%(words)s”"),
    Because.WORDS_UNCLEAR: _("“%(words)s” can mean several things"),
    Because.OPPOSITES: _("the invoice says “%(line)s”, the product is “%(product)s”"),
    Because.BRAND_SAME: _("same brand, %(brand)s"),
    Because.BRAND_OTHER: _("brand %(line)s on the invoice, %(product)s here"),
    Because.BRAND_UNSAID: _("the invoice does not name the brand %(brand)s"),
    Because.SUPPLIED_BEFORE: _("this supplier delivered it before"),
    Because.SIZE_EQUAL: _("same size, %(size)s"),
    Because.SIZE_UNSAID: _("size %(line)s on the invoice, %(product)s here"),
    Because.SIZE_IN_TOTAL: _("%(line)s on the invoice comes to %(product)s in all"),
    Because.SIZE_IN_PART: _("%(product)s is a part of %(line)s on the invoice"),
    Because.SIZE_OF_OTHER_KIND: _("%(line)s on the invoice and %(product)s here cannot be compared"),
    Because.SIZE_AMONG_SEVERAL: _("%(product)s is one of the sizes that the invoice names: %(line)s"),
    Because.SIZE_DIFFERENT: _("another size: %(line)s on the invoice, %(product)s here"),
    Because.PACK: _("%(pack)s in one of the line"),
}
AGAINST: Final = frozenset({
    Because.BARCODE_SHARED, Because.WORDS_UNCLEAR, Because.WORDS_MISSING, Because.WORDS_EXTRA,
    Because.OPPOSITES, Because.BRAND_OTHER, Because.SIZE_UNSAID, Because.SIZE_OF_OTHER_KIND,
    Because.SIZE_DIFFERENT,
})  # fmt: skip
UNSAID: Final = _("none")


def sentence(reason: Mapping[str, str]) -> str:
    """One reason in the reader's language. What a newer matcher gave is left unsaid."""
    try:
        said = SENTENCES[Because(reason["because"])]
    except (KeyError, ValueError):
        return ""
    return str(said) % {name: value or UNSAID for name, value in reason.items()}


def why(reasons: Iterable[Mapping[str, str]]) -> list[tuple[str, bool]]:
    """All reasons with whether each speaks against it; those against it last."""
    said = [(sentence(reason), reason.get("because") in AGAINST) for reason in reasons]
    return sorted(((text, is_against) for text, is_against in said if text), key=lambda one: one[1])
