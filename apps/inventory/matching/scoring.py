"""The points of a wording and of a product for a line, as far as names tell it.

Points begin with how much of both sides' words is the same, of a hundred (Dice, each word with its weight and
how sure it is). What contradicts takes points away; what is not known for sure caps them under *certain*.
"""

from dataclasses import dataclass
from typing import Final

from apps.inventory.matching.asking import SURE, Asked
from apps.inventory.matching.index import LIGHT, NO_BRAND, Wording
from apps.inventory.matching.model import DOUBTED
from apps.inventory.matching.sizes import Beside, Relation
from apps.inventory.matching.spelling import order_kept

BRAND_BONUS: Final = 3.0
BRAND_PENALTY: Final = 25.0  # both name a brand, and not the same
OPPOSITE_PENALTY: Final = 14.0  # for each axis
ORDER_PENALTY: Final = 3.0  # the same words the other way round
PACK_PENALTY: Final = 0.5  # a case of it, for a thing of these very counts is likelier
SIZE_PENALTY: Final = {
    Relation.EQUAL: 0.0,
    Relation.UNSAID: 8.0,
    Relation.TOTAL: 15.0,
    Relation.PART: 15.0,
    Relation.MIXED: 15.0,
    Relation.KIND: 15.0,
}


@dataclass(frozen=True, slots=True)
class Words:
    """How a line's words stand to a wording's."""

    points: float  # without what the size says
    is_doubted: bool
    is_sure_but_brand: bool  # all is sure, but perhaps that the line leaves the brand out
    wording: Wording


def of_words(line: Asked, wording: Wording) -> Words:
    """The points of a wording. Called for dozens of wordings a line, so it makes no lists."""
    near, weights = line.near, line.weights
    places: set[int] = set()
    shared = found = 0.0
    least = 1.0  # how sure the least sure word is, the brand's apart
    for number, weight in zip(wording.words, wording.weights, strict=True):
        hit = near.get(number)
        if hit is not None:
            shared += weight * hit.sure
            least = min(least, hit.sure)
            if hit.place not in places:
                places.add(hit.place)
                found += weights[hit.place] * hit.sure
        elif weight > LIGHT and number not in wording.of_brand:
            least = 0.0
    for number in wording.optional:
        hit = near.get(number)
        if hit is not None and hit.place not in places:
            places.add(hit.place)
            found += weights[hit.place] * hit.sure
    total = wording.weight + line.weight
    alike = 100 * (shared + found) / total if total else 0.0
    return _judged(line, wording, alike, is_sure=least >= SURE and _all_found(line, places))


def _all_found(line: Asked, places: set[int]) -> bool:
    """Whether each word of the line that tells products apart was found, and means one thing."""
    if not line.unclear.isdisjoint(places):
        return False
    return all(place in places or weight <= LIGHT for place, weight in enumerate(line.weights))


def _judged(line: Asked, wording: Wording, points: float, *, is_sure: bool) -> Words:
    """Points with what brands, opposites and the order of words say."""
    if says_brand(line, wording):
        points = min(100.0, points + BRAND_BONUS)
    elif wording.is_branded and line.is_branded:
        points, is_sure = points - BRAND_PENALTY, False
    for axis, values in wording.axes:
        if values.isdisjoint(line.axes.get(axis, values)):
            points, is_sure = points - OPPOSITE_PENALTY, False
    has_brand = line.near.keys() >= wording.named
    return Words(
        points=points - _disorder(line, wording),
        is_doubted=not (is_sure and has_brand),
        is_sure_but_brand=is_sure,
        wording=wording,
    )


def says_brand(line: Asked, wording: Wording) -> bool:
    """Whether a line names a wording's brand, be its words together or apart."""
    if wording.brand == NO_BRAND:
        return False
    return wording.brand in line.brands or line.near.keys() >= wording.of_brand


def _disorder(line: Asked, wording: Wording) -> float:
    """What is taken off for the order of words: “milk chocolate” is not quite “chocolate milk”."""
    places = [line.near[number].place for number in wording.words if number in line.near]
    kept = sorted(places)
    return 0.0 if places == kept else ORDER_PENALTY * (1 - order_kept(places, kept))


def points_of(words: Words, size: Beside) -> float:
    """The points of a product: of its wording and its size, to one place, never certain in doubt."""
    points = words.points - SIZE_PENALTY[size.relation] - (PACK_PENALTY if size.pack != 1 else 0.0)
    if words.is_doubted or size.relation is not Relation.EQUAL or size.pack is None:
        points = min(points, DOUBTED)
    return round(max(0.0, points), 1)
