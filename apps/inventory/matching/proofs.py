"""What speaks for a product besides its name: what staff confirmed before, a barcode, an item code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from apps.inventory.matching.asking import Asked
from apps.inventory.matching.barcodes import barcode_key, barcodes_in, is_gtin, unit_of_case
from apps.inventory.matching.explaining import of_size, reason
from apps.inventory.matching.index import Index
from apps.inventory.matching.model import DOUBTED, SUGGESTED, Because, Candidate, Known, Learned, Line, Reason
from apps.inventory.matching.reading import name_key, part_key
from apps.inventory.matching.scoring import of_words
from apps.inventory.matching.sizes import Beside, Relation, beside

PROVED: Final = 100.0
AGREES: Final = 50.0  # points by name above which a part number that equals an item code is no chance


@dataclass(frozen=True, slots=True)
class Proof:
    """What one kind of evidence comes to."""

    candidates: tuple[Candidate, ...]
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line with all that is looked at to find a proof."""

    line: Line
    known: Known
    asked: Asked
    index: Index


def proof_of(evidence: Evidence) -> Proof | None:
    """The first evidence that there is, in the order of spec/02; None where the name is all."""
    kinds = (_learned_by_part, _learned_by_name, _by_barcode, _by_barcode_of_case, _by_item_code)
    return next((proof for kind in kinds if (proof := kind(evidence))), None)


# --- learned -----------------------------------------------------------------------------------------------
def _learned_by_part(evidence: Evidence) -> Proof | None:
    part = part_key(evidence.line.part_number)
    learned = evidence.known.parts.get(part) if part else None
    if learned is None or learned.code not in evidence.index.places:
        return None
    why = reason(Because.LEARNED_PART, part=evidence.line.part_number.strip())
    by_name = evidence.known.names.get(name_key(evidence.line.name))
    is_confirmed = by_name is not None and by_name.code == learned.code
    return _learned(evidence, learned, why, is_confirmed=is_confirmed)


def _learned_by_name(evidence: Evidence) -> Proof | None:
    learned = evidence.known.names.get(name_key(evidence.line.name))
    if learned is None or learned.code not in evidence.index.places:
        return None
    return _learned(evidence, learned, reason(Because.LEARNED_NAME), is_confirmed=True)


def _learned(evidence: Evidence, learned: Learned, why: Reason, *, is_confirmed: bool) -> Proof:
    """What was learned holds; but a part number whose line now says another size asks again.

    Where this very name was confirmed, a person has seen its size: then it counts, whatever it reads like.
    """
    size = _size(evidence, learned.code)
    if size.relation is Relation.DIFFERENT and not is_confirmed:
        return Proof((_candidate(evidence, learned.code, DOUBTED, why),), is_enough=False)
    says_pack = bool(evidence.asked.size.packs) and size.relation is Relation.EQUAL
    pack = size.pack if says_pack and not is_confirmed else learned.pack
    reasons = (why, reason(Because.PACK, pack=str(pack))) if pack and pack > 1 else (why,)
    return Proof((Candidate(learned.code, PROVED, pack, reasons),), is_enough=True)


# --- barcodes and codes ------------------------------------------------------------------------------------
def _by_barcode(evidence: Evidence) -> Proof | None:
    for key in _barcodes(evidence.line):
        codes = _those_with(key, evidence)
        if len(codes) == 1:
            return _single(evidence, codes[0], reason(Because.BARCODE, barcode=key))
        if codes:
            why = reason(Because.BARCODE_SHARED, barcode=key, products=str(len(codes)))
            ranked = sorted(
                (_candidate(evidence, code, _doubted(evidence, code), why) for code in codes),
                key=lambda one: (-one.score, one.code),
            )
            return Proof(tuple(ranked), is_enough=False)
    return None


def _by_barcode_of_case(evidence: Evidence) -> Proof | None:
    """A case of one kind of thing has its own number, made from the thing's."""
    for key in _barcodes(evidence.line):
        inside = unit_of_case(key)
        codes = _those_with(inside, evidence) if inside else []
        if len(codes) == 1:
            why = reason(Because.BARCODE_OF_CASE, barcode=key)
            return Proof((_candidate(evidence, codes[0], DOUBTED, why),), is_enough=False)
    return None


def _by_item_code(evidence: Evidence) -> Proof | None:
    """A part number that is one of our item codes, where the name does not belie it."""
    part = part_key(evidence.line.part_number)
    code = evidence.known.codes.get(part) if part else None
    if code is None or code not in evidence.index.places:
        return None
    why = reason(Because.ITEM_CODE, code=code)
    if _by_name(evidence, code) >= AGREES:
        return _single(evidence, code, why)
    return Proof((_candidate(evidence, code, SUGGESTED, why),), is_enough=False)


def _single(evidence: Evidence, code: str, why: Reason) -> Proof:
    """A product that is proved, unless the line says another size."""
    is_enough = _size(evidence, code).relation is not Relation.DIFFERENT
    score = PROVED if is_enough else DOUBTED
    return Proof((_candidate(evidence, code, score, why),), is_enough)


def _barcodes(line: Line) -> Iterator[str]:
    if line.barcode.strip():
        yield barcode_key(line.barcode)
    part = barcode_key(line.part_number)
    if is_gtin(part):
        yield part
    yield from barcodes_in(line.name)


def _those_with(key: str, evidence: Evidence) -> list[str]:
    codes = evidence.known.barcodes.get(key, ())
    return sorted({code for code in codes if code in evidence.index.places})


def _candidate(evidence: Evidence, code: str, score: float, why: Reason) -> Candidate:
    size = _size(evidence, code)
    index = evidence.index
    sizes = of_size(evidence.asked.size, index.sizes[index.size_of[index.places[code]]], size)
    return Candidate(code, score, size.pack, (why, *sizes))


def _doubted(evidence: Evidence, code: str) -> float:
    """The points by name of one of several that are spoken for."""
    return min(DOUBTED, max(SUGGESTED, _by_name(evidence, code)))


def _by_name(evidence: Evidence, code: str) -> float:
    index = evidence.index
    words = of_words(evidence.asked, index.wordings[index.wording_of[index.places[code]]])
    return round(words.points, 1)


def _size(evidence: Evidence, code: str) -> Beside:
    index = evidence.index
    return beside(evidence.asked.size, index.sizes[index.size_of[index.places[code]]])
