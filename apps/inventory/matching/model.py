"""What goes into the matcher and what comes out of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

CERTAIN: Final = 92.0  # points of a hundred (spec/02)
SUGGESTED: Final = 75.0
CLEAR: Final = 8.0  # so far the next must be behind for a match to be certain
DOUBTED: Final = 91.0  # the most that a candidate gets about whom anything is in doubt
SHOWN: Final = 5  # candidates of a line


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalogue, as far as a supplier's line can tell it."""

    code: str  # ERPNext's item code: the key, unique
    name: str
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a supplier's invoice."""

    name: str
    part_number: str = ""  # the supplier's own; some write a barcode or our item code here
    barcode: str = ""
    pack_size: str = ""  # a column of its own: “12”, “6x1 L”


@dataclass(frozen=True, slots=True)
class Learned:
    """What staff once confirmed for a supplier."""

    code: str
    pack: int = 1  # products in one of the line


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one supplier and of the shop besides names; plain mappings, made by the caller."""

    parts: Mapping[str, Learned] = field(default_factory=dict)  # by part_key(part number), of this supplier
    names: Mapping[str, Learned] = field(default_factory=dict)  # by name_key(name), of this supplier
    barcodes: Mapping[str, Collection[str]] = field(default_factory=dict)  # by barcode_key → item codes
    codes: Mapping[str, str] = field(default_factory=dict)  # by part_key(item code) → item code
    supplied: Collection[str] = frozenset()  # codes that it has delivered before: first among equals


class State(StrEnum):
    """What is to be done with a line."""

    CERTAIN = "certain"
    SUGGESTED = "suggested"
    UNMATCHED = "unmatched"


class Because(StrEnum):
    """Why a candidate has its points. The comment names the reason's params."""

    LEARNED_PART = "learned-part"  # part
    LEARNED_NAME = "learned-name"
    BARCODE = "barcode"  # barcode
    BARCODE_SHARED = "barcode-shared"  # barcode, products: how many have it
    BARCODE_OF_CASE = "barcode-of-case"  # barcode
    ITEM_CODE = "item-code"  # code
    WORDS_SHARED = "words-shared"  # words
    WORDS_GUESSED = "words-guessed"  # words: “yog → yoghurt”
    WORDS_MISSING = "words-missing"  # words that only the product has
    WORDS_EXTRA = "words-extra"  # words that only the line has
    WORDS_UNCLEAR = "words-unclear"  # words that may mean several things
    OPPOSITES = "opposites"  # line, product: the words that exclude each other
    BRAND_SAME = "brand-same"  # brand
    BRAND_OTHER = "brand-other"  # line, product
    BRAND_UNSAID = "brand-unsaid"  # brand of the product, which the line does not name
    SUPPLIED_BEFORE = "supplied-before"
    SIZE_EQUAL = "size-equal"  # size
    SIZE_UNSAID = "size-unsaid"  # line, product; one of them empty
    SIZE_IN_TOTAL = "size-in-total"  # line, product
    SIZE_IN_PART = "size-in-part"  # line, product
    SIZE_OF_OTHER_KIND = "size-of-other-kind"  # line, product
    SIZE_AMONG_SEVERAL = "size-among-several"  # line, product
    SIZE_DIFFERENT = "size-different"  # line, product; only where something else than the name speaks for it
    PACK = "pack"  # pack: products in one of the line


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, for the page to put into words."""

    because: Because
    params: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> str:
        return dict(self.params)[name]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that a line may mean."""

    code: str
    score: float  # 0 to 100, one place
    pack: int | None  # products in one of the line; None where the line does not tell
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What is made of a line: the best candidates, best first, ties by item code."""

    state: State
    candidates: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The product to take or to suggest; None where none is likely enough."""
        return self.candidates[0] if self.candidates and self.state is not State.UNMATCHED else None
