"""Why a candidate has its points, as data that a page can put into words."""

from collections.abc import Iterable, Iterator
from typing import Final

from apps.inventory.matching.asking import Asked
from apps.inventory.matching.index import NO_BRAND, Index, Wording
from apps.inventory.matching.model import Because, Reason
from apps.inventory.matching.scoring import says_brand
from apps.inventory.matching.sizes import NOTHING, Beside, Relation, Size
from apps.inventory.matching.tables import OR

OF_SIZE: Final = {
    Relation.UNSAID: Because.SIZE_UNSAID,
    Relation.TOTAL: Because.SIZE_IN_TOTAL,
    Relation.PART: Because.SIZE_IN_PART,
    Relation.KIND: Because.SIZE_OF_OTHER_KIND,
    Relation.MIXED: Because.SIZE_AMONG_SEVERAL,
    Relation.DIFFERENT: Because.SIZE_DIFFERENT,
}


def reason(because: Because, **params: str) -> Reason:
    """A reason with its params."""
    return Reason(because, tuple(params.items()))


def reasons_of(line: Asked, place: int, size: Beside, index: Index) -> tuple[Reason, ...]:
    """All that a name says for and against a product, the weightiest first."""
    wording = index.wordings[index.wording_of[place]]
    return (
        *_of_words(line, wording, index),
        *_of_opposites(line, wording),
        *_of_brands(line, wording, index),
        *of_size(line.size, index.sizes[index.size_of[place]], size),
    )


def _of_words(line: Asked, wording: Wording, index: Index) -> Iterator[Reason]:
    hits = {number: line.near.get(number) for number in (*wording.words, *wording.optional)}
    found = {number: hit for number, hit in hits.items() if hit}
    same = [index.words[number] for number, hit in found.items() if hit.sure == 1]
    guessed = [f"{line.words[hit.place]} → {index.words[n]}" for n, hit in found.items() if hit.sure < 1]
    missing = [index.words[number] for number in wording.words if number not in found]
    used = {hit.place for hit in found.values()}
    extra = [word for place, word in enumerate(line.words) if place not in used]
    yield from _told(Because.WORDS_SHARED, same)
    yield from _told(Because.WORDS_GUESSED, (said for said in guessed if OR not in said))
    yield from _told(Because.WORDS_UNCLEAR, (said for said in guessed if OR in said))
    yield from _told(Because.WORDS_MISSING, missing)
    yield from _told(Because.WORDS_EXTRA, extra)


def _told(because: Because, words: Iterable[str]) -> Iterator[Reason]:
    if said := ", ".join(words):
        yield reason(because, words=said)


def _of_opposites(line: Asked, wording: Wording) -> Iterator[Reason]:
    for axis, values in wording.axes:
        said = line.axes.get(axis, values)
        if values.isdisjoint(said):
            yield reason(Because.OPPOSITES, line=", ".join(sorted(said)), product=", ".join(sorted(values)))


def _of_brands(line: Asked, wording: Wording, index: Index) -> Iterator[Reason]:
    if wording.brand == NO_BRAND:
        return
    brand = index.brands[wording.brand].name
    if says_brand(line, wording):
        yield reason(Because.BRAND_SAME, brand=brand)
    elif line.is_branded and wording.is_branded:
        named = ", ".join(index.brands[number].name for number in sorted(line.brands))
        yield reason(Because.BRAND_OTHER, line=named, product=brand)
    else:
        yield reason(Because.BRAND_UNSAID, brand=brand)


def of_size(line: Size, product: Size, size: Beside) -> Iterator[Reason]:
    """What the sizes say, and how many of the product there are in one of the line."""
    if size.relation is not Relation.EQUAL:
        yield reason(OF_SIZE[size.relation], line=str(line), product=str(product))
    elif product != NOTHING:
        yield reason(Because.SIZE_EQUAL, size=str(product))
    if size.pack is not None and size.pack > 1:
        yield reason(Because.PACK, pack=str(size.pack))
