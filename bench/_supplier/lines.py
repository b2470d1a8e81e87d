"""Labelled lines of suppliers' invoices, made from any catalogue: what is written, and what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from apps.inventory.matching.model import Product
from bench._supplier.catalogue import share_of
from bench._supplier.disguises import KINDS, Written, disguised

ABSENT: Final = "not in the catalogue"
HELD_OUT: Final = 0.03  # of the products, so that lines of them have no product
OF_ABSENT: Final = 6  # every so-manieth line is one of those
SECOND: Final = {"size spelled otherwise": 0.4, "noise": 0.2, "typing errors": 0.12, "no brand": 0.1}
MULTIPACK: Final = re.compile(r"\d+x\d")  # without it, its line rightly is so many of the single one
TRIES: Final = 400


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line and the truth about it."""

    name: str
    code: str  # of its product; "" where the catalogue has none
    pack: int
    kinds: tuple[str, ...]

    @property
    def is_for_tuning(self) -> bool:
        """Which half it belongs to: its own text says so, so adding lines moves none across."""
        return share_of(self.name) < 0.5


@dataclass(frozen=True, slots=True)
class HardSet:
    """A catalogue and lines about it, and about what was taken out of it."""

    products: tuple[Product, ...]
    lines: tuple[Labelled, ...]


def hard_set(products: Sequence[Product], count: int = 300, seed: int = 1) -> HardSet:
    """So many hard lines, each kind of disguise as often as another; the same for the same seed."""
    chance = Random(seed)  # noqa: S311
    absent = [
        one for one in products if share_of(one.code + one.name) < HELD_OUT and not MULTIPACK.search(one.name)
    ]
    gone = {one.code for one in absent}
    kept = tuple(one for one in products if one.code not in gone)
    plain = [Written(one.name, one.brand) for one in kept]
    kinds = [kind for kind in KINDS if any(disguised(one, kind, Random(seed)).kinds for one in plain)]  # noqa: S311
    lines = [
        _absent(absent, chance)
        if number % OF_ABSENT == 0
        else _present(kept, kinds[number % len(kinds)], chance)
        for number in range(count)
    ]
    return HardSet(kept, tuple(lines))


def _present(products: Sequence[Product], kind: str, chance: Random) -> Labelled:
    """A line of a product to which this kind of disguise can be done."""
    for _ in range(TRIES):
        product = chance.choice(products)
        written = disguised(Written(product.name, product.brand), kind, chance)
        if written.kinds:
            written = _further(written, chance)
            return Labelled(written.name, product.code, written.pack, written.kinds)
    raise LookupError(f"no product of this catalogue can be written with {kind}")


def _absent(products: Sequence[Product], chance: Random) -> Labelled:
    product = chance.choice(products)
    written = disguised(Written(product.name, product.brand), chance.choice(KINDS), chance)
    written = _further(written, chance)
    return Labelled(written.name, "", written.pack, (ABSENT,))


def _further(written: Written, chance: Random) -> Written:
    """What else happens to a line, now and then."""
    for kind, share in SECOND.items():
        if chance.random() < share and kind not in written.kinds:
            written = disguised(written, kind, chance)
    return written
