"""The seam to ``matching``: the catalogue as it asks for it, and its answers as columns of a line.

Whoever only deals in keys does not load the matcher itself, which brings a compiled library.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.utils.module_loading import import_string

from apps.catalog.models import Barcode, Product, ProductUnit, SupplierPart
from apps.inventory.matching import model
from apps.inventory.matching.barcodes import barcode_key
from apps.inventory.matching.reading import name_key as whole_name_key
from apps.inventory.matching.reading import pack_of as whole_pack_of
from apps.inventory.matching.reading import part_key as whole_part_key
from apps.inventory.models import Batch, LearnedMatch, LocalBatch, ReceiptLine, Supplier, UploadLine
from apps.inventory.states import SUBMITTED, Certainty, Found, LearnedBy, LocalState

__all__ = ["Catalogue", "Verdict", "load", "name_key", "pack_as_matched", "packs_of", "part_key"]
LONGEST_KEY: Final = 300
CENT: Final = Decimal("0.01")
ONE: Final = Decimal(1)
CERTAINTIES: Final = {
    model.State.CERTAIN: Certainty.CERTAIN,
    model.State.SUGGESTED: Certainty.SUGGESTED,
    model.State.UNMATCHED: Certainty.UNMATCHED,
}
FOUND_BY: Final = {
    model.Because.LEARNED_PART: Found.LEARNED_PART,
    model.Because.LEARNED_NAME: Found.LEARNED_NAME,
    model.Because.BARCODE: Found.BARCODE,
    model.Because.BARCODE_SHARED: Found.BARCODE,
    model.Because.BARCODE_OF_CASE: Found.BARCODE,
    model.Because.ITEM_CODE: Found.CODE,
}


def name_key(name: str) -> str:
    """What a supplier's name is remembered by."""
    return whole_name_key(name)[:LONGEST_KEY]


def part_key(part_number: str) -> str:
    """What a supplier's part number is remembered by; folded, a sign may be several."""
    return whole_part_key(part_number)[:LONGEST_KEY]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the matcher makes of a line, in our columns."""

    certainty: Certainty
    found_by: Found
    score: Decimal | None
    product_id: int | None  # to be taken: only what is certain
    pack_factor: Decimal
    candidates: list[dict[str, Any]]


@dataclass(frozen=True)
class _Item:
    """A product, as far as its candidates show it."""

    pk: int
    name: str


@dataclass(frozen=True)
class Catalogue:
    """A catalogue made ready for one supplier's lines."""

    items: Mapping[str, _Item]  # by item code
    supplier_parts: Collection[str]  # part keys that ERPNext has for this supplier
    learned: Mapping[tuple[LearnedBy, str], Decimal]  # the packs that go with what was learned
    known: model.Known
    matcher: Any

    def verdicts(self, lines: Sequence[UploadLine]) -> list[Verdict]:
        """What each line is, in their order. One question for units, however many lines there are."""
        found = [self.matcher.match(_asked(line), self.known) for line in lines]
        units = _units({self.items[one.code].pk for match in found for one in match.candidates})
        return [self._verdict(line, match, units) for line, match in zip(lines, found, strict=True)]

    def _verdict(
        self, line: UploadLine, match: model.Match, units: Mapping[tuple[int, str], Decimal]
    ) -> Verdict:
        candidates = [self._candidate(line, one, units) for one in match.candidates]
        best = match.best
        is_certain = match.state is model.State.CERTAIN and best is not None
        return Verdict(
            certainty=CERTAINTIES[match.state],
            found_by=self._found_by(line, best) if best else Found.NOTHING,
            score=_points(match.candidates[0].score) if match.candidates else None,
            product_id=candidates[0]["product"] if is_certain else None,
            pack_factor=Decimal(candidates[0]["pack"]) if best else line.pack_stated or ONE,
            candidates=candidates,
        )

    def _candidate(
        self, line: UploadLine, one: model.Candidate, units: Mapping[tuple[int, str], Decimal]
    ) -> dict[str, Any]:
        item = self.items[one.code]
        pack = self._pack(line, one, by_unit=units.get((item.pk, line.unit.casefold())))
        return {
            "product": item.pk,
            "code": one.code,
            "name": item.name,
            "score": str(_points(one.score)),
            "pack": f"{pack.normalize():f}",
            "reasons": [{"because": str(why.because), **dict(why.params)} for why in one.reasons],
        }

    def _pack(self, line: UploadLine, one: model.Candidate, *, by_unit: Decimal | None) -> Decimal:
        """What was learned; else what the line says of packs; else what ERPNext calls its unit."""
        learned = self._learned_pack(line, one)
        return _pack_said(line, one.pack, by_unit=by_unit) if learned is None else learned

    def _learned_pack(self, line: UploadLine, one: model.Candidate) -> Decimal | None:
        """As it was confirmed, to the fraction; None where the line itself says another pack by now."""
        whys = {why.because for why in one.reasons}
        exact = None
        if model.Because.LEARNED_PART in whys:
            exact = self.learned.get((LearnedBy.PART, part_key(line.part_number)))
        elif model.Because.LEARNED_NAME in whys:
            exact = self.learned.get((LearnedBy.NAME, name_key(line.name)))
        return exact if exact is not None and one.pack == _whole(exact) else None

    def _found_by(self, line: UploadLine, best: model.Candidate) -> Found:
        for why in best.reasons:
            found = FOUND_BY.get(why.because)
            if found is Found.CODE and part_key(line.part_number) in self.supplier_parts:
                return Found.PART
            if found is not None:
                return found
        return Found.NAME


def _pack_said(line: UploadLine, by_size: int | None, *, by_unit: Decimal | None) -> Decimal:
    """What the sizes of the two say of packs; else the line's own column; else ERPNext's for its unit."""
    said = Decimal(by_size) if by_size and by_size > 1 else None
    return said or line.pack_stated or by_unit or ONE


def packs_of(pairs: Sequence[tuple[UploadLine, Product]]) -> dict[int, Decimal]:
    """Line id → how many stock units of a product one of it holds, where that product is chosen by hand."""
    units = _units({product.pk for _line, product in pairs}) if pairs else {}
    found = {}
    for line, product in pairs:
        candidate = next((one for one in line.candidates if one["product"] == product.pk), None)
        by_unit = units.get((product.pk, line.unit.casefold()))
        called = product.name_en or product.item_code  # type: ignore[attr-defined]  # as ``load`` reads it
        by_size = whole_pack_of(_asked(line), called)
        found[line.pk] = (
            Decimal(candidate["pack"]) if candidate else _pack_said(line, by_size, by_unit=by_unit)
        )
    return found


def pack_as_matched(line: UploadLine) -> Decimal:
    """The pack that stands while nobody has decided a line: its suggestion's, else its own column's."""
    is_suggested = line.candidates and line.certainty != Certainty.UNMATCHED
    return Decimal(line.candidates[0]["pack"]) if is_suggested else line.pack_stated or ONE


def load(supplier: Supplier, *, product_ids: Collection[int] | None = None) -> Catalogue:
    """What can be bought in (or these of it), and what is known of the supplier. Six questions."""
    products = Product.objects.active().filter(is_bought=True, has_variants=False)
    if product_ids is not None:
        products = products.filter(pk__in=list(product_ids))
    rows = list(products.order_by("item_code").values_list("pk", "item_code", "name_en", "brand_name"))
    codes = {pk: code for pk, code, _name, _brand in rows}
    parts = _supplier_parts(supplier, codes)
    learned = _learned(supplier, codes)
    known = model.Known(
        parts={key: one.meant for (by, key), one in learned.items() if by == LearnedBy.PART},
        names={key: one.meant for (by, key), one in learned.items() if by == LearnedBy.NAME},
        barcodes=_barcodes(codes),
        codes={**parts, **{part_key(code): code for code in codes.values()}},
        supplied=_supplied(supplier, codes),
    )
    return Catalogue(
        items={code: _Item(pk, name or code) for pk, code, name, _brand in rows},
        supplier_parts=frozenset(parts),
        learned={key: one.pack for key, one in learned.items()},
        known=known,
        matcher=_matcher([model.Product(code, name or code, brand) for _pk, code, name, brand in rows]),
    )


def _matcher(products: Sequence[model.Product]) -> Any:
    """Named by text: only who really matches loads it."""
    index_of = import_string("apps.inventory.matching.index.index_of")
    return import_string("apps.inventory.matching.matcher.Matcher")(index_of(products))


@dataclass(frozen=True)
class _Learned:
    """What was learned, as the matcher is told it, and its exact pack."""

    meant: model.Learned
    pack: Decimal


def _learned(supplier: Supplier, codes: Mapping[int, str]) -> dict[tuple[LearnedBy, str], _Learned]:
    rows = LearnedMatch.objects.filter(supplier=supplier)
    return {
        (LearnedBy(by), key): _Learned(model.Learned(codes[product_id], _whole(pack)), pack)
        for by, key, product_id, pack in rows.values_list("by", "key", "product_id", "pack_factor")
        if product_id in codes
    }


def _whole(pack: Decimal) -> int:
    """A pack as the matcher counts it."""
    return max(1, int(pack))


def _supplier_parts(supplier: Supplier, codes: Mapping[int, str]) -> dict[str, str]:
    """What ERPNext calls this supplier's part numbers; one of two products is nobody's."""
    rows = SupplierPart.objects.filter(supplier_name=supplier.erp_name).exclude(part_number="")
    found: dict[str, set[str]] = {}
    for part_number, product_id in rows.values_list("part_number", "product_id"):
        if product_id in codes:
            found.setdefault(part_key(part_number), set()).add(codes[product_id])
    return {key: next(iter(of)) for key, of in found.items() if key and len(of) == 1}


def _supplied(supplier: Supplier, codes: Mapping[int, str]) -> frozenset[str]:
    """What he has delivered before, by ERPNext's batches and receipts, or by invoices that it awaits: of two
    that are alike it comes first."""
    received = ReceiptLine.objects.filter(receipt__supplier=supplier, receipt__erp_docstatus=SUBMITTED)
    told = LocalBatch.objects.filter(supplier=supplier, state__in=[LocalState.ACTIVE, LocalState.JOINED])
    rows = received.values_list("product").union(
        Batch.objects.filter(supplier=supplier).values_list("product"), told.values_list("product")
    )
    return frozenset(codes[product_id] for (product_id,) in rows if product_id in codes)


def _barcodes(codes: Mapping[int, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for barcode, product_id in Barcode.objects.values_list("barcode", "product_id"):
        if product_id in codes:
            found.setdefault(barcode_key(barcode), []).append(codes[product_id])
    return found


def _units(product_ids: Iterable[int]) -> dict[tuple[int, str], Decimal]:
    rows = ProductUnit.objects.filter(product__in=list(product_ids), factor__gt=0)
    return {
        (product_id, unit.casefold()): factor
        for product_id, unit, factor in rows.values_list("product_id", "unit", "factor")
    }


def _asked(line: UploadLine) -> model.Line:
    pack = line.pack_stated
    return model.Line(
        name=line.name,
        part_number=line.part_number,
        barcode=line.barcode,
        pack_size=line.pack_text or (f"{pack.normalize():f}" if pack else ""),
    )


def _points(score: float) -> Decimal:
    return Decimal(repr(score)).quantize(CENT, rounding=ROUND_HALF_UP)
