"""Twenty thousand products of a grocer, near twins among them, put together from ``goods.txt``."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import product as combined
from pathlib import Path
from typing import Final

from apps.inventory.matching.model import Product

GOODS: Final = Path(__file__).parent / "goods.txt"
NONE: Final = "-"
OWN: Final = "Own Label"  # whose name stands on no product
STYLES: Final = (
    "{brand} {quality} {variant} {thing} {size}",
    "{brand} {quality} {variant} {thing} {size}",
    "{brand} {variant} {thing} {quality} {size}",
    "{brand} {thing} {variant} {quality} {size}",
    "{brand} {thing} {quality} {variant} - {size}",
)


@dataclass(frozen=True, slots=True)
class Thing:
    """A line of ``goods.txt``, with the brands of its group."""

    name: str
    brands: tuple[str, ...]
    variants: tuple[str, ...]
    qualities: tuple[str, ...]
    sizes: tuple[str, ...]


def catalogue(count: int = 20_620) -> list[Product]:
    """So many products, the same ones each time: 20,000 when a hard set has held some out."""
    every = sorted(_products(), key=lambda one: share_of(one.name + one.brand))[:count]
    return [Product(f"ITEM-{number:05d}", one.name, one.brand) for number, one in enumerate(every, start=1)]


def share_of(text: str) -> float:
    """A share between 0 and 1 that is a text's own, on every machine."""
    return int.from_bytes(sha256(text.encode()).digest()[:8]) / 2**64


def _products() -> Iterator[Product]:
    for thing in things():
        for brand, variant, quality, size in combined(
            thing.brands, thing.variants, thing.qualities, thing.sizes
        ):
            style = STYLES[int(share_of(thing.name + brand) * len(STYLES))]
            parts = {"thing": thing.name, "variant": variant, "quality": quality, "size": size}
            shown = {name: "" if part == NONE else part for name, part in parts.items()}
            name = style.format(brand="" if brand == OWN else brand, **shown)
            yield Product("", " ".join(name.split()), brand)


def things() -> Iterator[Thing]:
    """Every line of ``goods.txt``."""
    brands: tuple[str, ...] = ()
    for line in GOODS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            brands = _parted(line.partition("]")[2], ";")
        elif line and not line.startswith("#"):
            name, variants, qualities, sizes = line.split("|")
            yield Thing(name.strip(), brands, _parted(variants), _parted(qualities), _parted(sizes))


def _parted(text: str, by: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(by))
