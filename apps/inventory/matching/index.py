"""A catalogue as the matcher looks through it: read once, used for every line, safe to pickle.

Products that differ in their size alone share a **wording**, whose words are compared once for all of them.
Words are numbered; for each there are the wordings that have it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from apps.inventory.matching.model import Product
from apps.inventory.matching.reading import read, words_of
from apps.inventory.matching.sizes import Size
from apps.inventory.matching.spelling import Speller, speller_of
from apps.inventory.matching.tables import Phrase, tables

NO_BRAND: Final = -1
LIGHT: Final = 0.15  # the weight of a word that tells no product from another
OF_BRAND: Final = 0.7  # of a word of the brand, for it is looked at by itself too
COMMON: Final = 0.6  # of a word of every wording
RARE: Final = 1.4  # of a word of one wording alone
TELLING: Final = 0.5  # so much more weighs a word that has an opposite
AXIS_OF_NUMBERS: Final = ("number",)
AS_WORD: Final = 5  # a brand found in others' names more often than one in so many is a plain word ("Fresh")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that one or more products are called by."""

    words: tuple[int, ...]  # in their order, each once
    weights: tuple[float, ...]  # of those
    brand: int  # number of the brand, or NO_BRAND
    is_branded: bool  # another brand contradicts it
    of_brand: frozenset[int]  # the brand's words
    named: frozenset[int]  # those of them that stand in the name
    optional: tuple[int, ...]  # those that it leaves out
    axes: tuple[tuple[str, frozenset[str]], ...]  # what it says on each axis of opposites
    weight: float  # of all its words but the optional
    members: tuple[int, ...]  # its products


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as it stands in names."""

    name: str
    words: Phrase
    is_plain: bool = False  # its words are as common in others' names: it can be no veto


@dataclass(frozen=True, slots=True)
class Index:
    """All of a catalogue."""

    codes: Sequence[str]  # by product, sorted
    sizes: Sequence[Size]  # every size once
    size_of: Sequence[int]  # by product
    words: Sequence[str]  # by number
    numbers: Mapping[str, int]
    weights: Sequence[float]  # by word
    wordings: Sequence[Wording]
    having: Sequence[frozenset[int]]  # by word: the wordings that have it
    brands: Sequence[Brand]
    by_first_word: Mapping[str, tuple[int, ...]]  # brands, those of most words first
    places: Mapping[str, int]  # by item code: the product
    wording_of: Sequence[int]  # by product
    speller: Speller


def index_of(products: Iterable[Product]) -> Index:
    """Read a catalogue. Of two products with one code the later counts."""
    chosen = sorted({product.code: product for product in products}.values(), key=lambda one: one.code)
    readings = [read(product.name) for product in chosen]
    brands, brand_of = _brands(chosen, [reading.words for reading in readings])
    sizes = {size: at for at, size in enumerate(dict.fromkeys(reading.size for reading in readings))}
    groups: dict[tuple[Phrase, int], list[int]] = {}
    for place, reading in enumerate(readings):
        groups.setdefault((reading.words, brand_of[place]), []).append(place)
    numbers = _numbered(groups, brands)
    words = tuple(numbers)
    weights = _weights(words, groups, brands)
    wordings = tuple(
        _wording(said, brand, members, numbers=numbers, weights=weights, brands=brands)
        for (said, brand), members in groups.items()
    )
    return Index(
        codes=tuple(product.code for product in chosen),
        sizes=tuple(sizes),
        size_of=tuple(sizes[reading.size] for reading in readings),
        words=words,
        numbers=numbers,
        weights=weights,
        wordings=wordings,
        having=_having(len(words), wordings),
        brands=brands,
        by_first_word=_by_first_word(brands),
        places={product.code: place for place, product in enumerate(chosen)},
        wording_of=_wording_of(len(chosen), wordings),
        speller=speller_of(words, tables().whole),
    )


# --- brands ------------------------------------------------------------------------------------------------
def _brands(products: Sequence[Product], names: Sequence[Phrase]) -> tuple[tuple[Brand, ...], list[int]]:
    """The brands of a catalogue, and the number of each product's."""
    said = {brand: words_of(brand) for brand in {product.brand for product in products} if brand}
    phrases: dict[Phrase, str] = {}
    for name in sorted(said):
        if said[name]:
            phrases.setdefault(said[name], name)
    number = {words: place for place, words in enumerate(phrases)}
    brand_of = [number.get(said.get(product.brand, ()), NO_BRAND) for product in products]
    found = tuple(Brand(name, words) for words, name in phrases.items())
    plain = _plain_words(found, brand_of, names)
    return tuple(Brand(one.name, one.words, at in plain) for at, one in enumerate(found)), brand_of


def _plain_words(brands: Sequence[Brand], brand_of: Sequence[int], names: Sequence[Phrase]) -> set[int]:
    """Brands whose words stand in others' names too often to be a name."""
    firsts = _by_first_word(brands)
    own, others = Counter(brand_of), Counter[int]()
    for words, brand in zip(names, brand_of, strict=True):
        if not firsts.keys().isdisjoint(words):
            others.update(other for other in brands_in(words, brands, firsts) if other != brand)
    return {brand for brand, times in others.items() if times * AS_WORD > own[brand]}


def brands_in(words: Phrase, brands: Sequence[Brand], firsts: Mapping[str, tuple[int, ...]]) -> set[int]:
    """The brands that stand in a name; of two at one place the longer."""
    found = set()
    for at, word in enumerate(words):
        for number in firsts.get(word, ()):
            said = brands[number].words
            if words[at : at + len(said)] == said:
                found.add(number)
                break
    return found


def _by_first_word(brands: Sequence[Brand]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number in sorted(range(len(brands)), key=lambda number: (-len(brands[number].words), number)):
        found.setdefault(brands[number].words[0], []).append(number)
    return {word: tuple(numbers) for word, numbers in found.items()}


# --- words -------------------------------------------------------------------------------------------------
def _numbered(groups: Iterable[tuple[Phrase, int]], brands: Sequence[Brand]) -> dict[str, int]:
    """Every word of a name or a brand, with its number."""
    words = dict.fromkeys(word for said, _ in groups for word in said)
    words |= dict.fromkeys(word for brand in brands for word in brand.words)
    return {word: number for number, word in enumerate(words)}


def _weights(
    words: Sequence[str], groups: Iterable[tuple[Phrase, int]], brands: Sequence[Brand]
) -> tuple[float, ...]:
    """What each word weighs: the more, the fewer wordings have it."""
    having = Counter(word for said, _ in groups for word in set(said))
    most = log(max(2, len(having) and sum(1 for _ in groups)))
    of_brands = _brand_words(having, groups, brands)
    return tuple(_weight(word, having[word], most, of_brands) for word in words)


def _brand_words(
    having: Counter[str], groups: Iterable[tuple[Phrase, int]], brands: Sequence[Brand]
) -> set[str]:
    """Words that stand for a brand nearly wherever they stand: not the “bean” of “Bean Street”."""
    own = Counter(
        word for said, brand in groups if brand != NO_BRAND for word in set(said) & {*brands[brand].words}
    )
    return {word for word, times in own.items() if (having[word] - times) * AS_WORD <= having[word]}


def _weight(word: str, times: int, most: float, of_brands: set[str]) -> float:
    if word in tables().light:
        return LIGHT
    if word in of_brands:
        return OF_BRAND
    telling = TELLING if word in tables().axes or has_digit(word) else 0.0
    return telling + RARE - (RARE - COMMON) * min(1.0, log(max(1, times)) / most)


def _having(count: int, wordings: Sequence[Wording]) -> tuple[frozenset[int], ...]:
    found: list[list[int]] = [[] for _ in range(count)]
    for place, wording in enumerate(wordings):
        for number in {*wording.words, *wording.optional}:
            found[number].append(place)
    return tuple(map(frozenset, found))


def _wording_of(count: int, wordings: Sequence[Wording]) -> tuple[int, ...]:
    found = [0] * count
    for place, wording in enumerate(wordings):
        for member in wording.members:
            found[member] = place
    return tuple(found)


def _wording(
    said: Phrase,
    brand: int,
    members: Sequence[int],
    *,
    numbers: Mapping[str, int],
    weights: Sequence[float],
    brands: Sequence[Brand],
) -> Wording:
    words = tuple(dict.fromkeys(numbers[word] for word in said))
    of_brand = () if brand == NO_BRAND else brands[brand].words
    return Wording(
        words=words,
        weights=tuple(weights[number] for number in words),
        brand=brand,
        is_branded=brand != NO_BRAND and not brands[brand].is_plain,
        of_brand=frozenset(numbers[word] for word in of_brand),
        named=frozenset(words).intersection(numbers[word] for word in of_brand),
        optional=tuple(numbers[word] for word in of_brand if word not in said),
        axes=axes_of(said),
        weight=sum(weights[number] for number in words),
        members=tuple(members),
    )


def axes_of(words: Iterable[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    """What words say on each axis of opposites; words with digits (“70%”, “5”) are an axis of their own."""
    found: dict[str, set[str]] = {}
    known = tables().axes
    for word in words:
        for axis in known.get(word) or (AXIS_OF_NUMBERS if has_digit(word) else ()):
            found.setdefault(axis, set()).add(word)
    return tuple((axis, frozenset(values)) for axis, values in found.items())


def has_digit(word: str) -> bool:
    """Whether a word is a number or has one in it. Such words are never guessed."""
    return not word.isalpha() and any(sign.isdigit() for sign in word)
