"""What the grocer sells: read from goods.txt, with the groups, brands and units it hangs from."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from apps.sync.demo.grocer.rows import COMPANY, Books, Inside, pounds

GOODS: Final = Path(__file__).parent / "goods.txt"
STORES: Final = "Stores - CG"
TREE: Final = {
    "All Item Groups": "",
    "Food": "All Item Groups",
    "Fresh Produce": "Food",
    "Meat, Fish & Poultry": "Food",
    "Pantry": "Food",
    "Drinks": "All Item Groups",
    "Home": "All Item Groups",
}
WITHIN: Final = {
    "Fruit": "Fresh Produce",
    "Vegetables": "Fresh Produce",
    "Halal Meat": "Meat, Fish & Poultry",
    "Fish": "Meat, Fish & Poultry",
    **dict.fromkeys(("Dairy & Eggs", "Bakery", "Frozen", "Ready to Eat", "بقالة عربية"), "Food"),
    **dict.fromkeys(("Rice & Grains", "Herbs/Spices", "Oils & Sauces", "Tins & Jars"), "Pantry"),
    **dict.fromkeys(("Pasta & Noodles", "Breakfast & Spreads", "Honey & Syrups"), "Pantry"),
    **dict.fromkeys(("Biscuits & Sweets", "Crisps & Nuts"), "Pantry"),
    **dict.fromkeys(("Soft Drinks", "Tea & Coffee"), "Drinks"),
    **dict.fromkeys(("Household", "Toiletries", "Baby", "Pet Food"), "Home"),
    **dict.fromkeys(("Old Range", "Services"), "All Item Groups"),
}
UNITS: Final = {"Nos": 1, "Kg": 0, "Case": 1, "Box": 1, "Litre": 0}
BRANDS: Final = {
    "Al Noor": "Dates, tahini and rice from the Levant",
    "Northern Dairy": "<p>Milk from <b>forty</b> farms in Lancashire &amp; Yorkshire</p>",
    "O'Hara's": None,
    "Bramble Farm": "Grown in Kent",
    "Own Label": None,
    "Clean-It": None,
}
KINDS: Final = ("", " Organic", " Value Pack", " Family Size", " Select", " Mini", " Reserve", " Twin Pack")
WORLD: Final = ("United Kingdom", "Spain", "Saudi Arabia", "Ireland", None)


@dataclass(frozen=True)
class Good:
    """A thing that can be sold, its money in pence."""

    code: str
    name: str
    group: str
    unit: str
    price: int
    cost: int
    supplier: str
    warehouse: str
    brand: str | None
    life: int  # days; 0: not kept in batches
    case: int
    at: datetime
    is_disabled: bool = False
    is_stock: bool = True
    template: str | None = None
    variants: str = ""
    size: str = ""
    dearer_from: date | None = None
    series: str = ""  # what its batch numbers begin with
    case_unit: str = "Case"
    place: int = 0  # in the list of all goods

    @property
    def is_sold(self) -> bool:
        return not (self.is_disabled or self.variants)

    @property
    def description(self) -> str:
        """A text of one of the three forms that the shop's people type."""
        name = self.name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        forms = (
            name,
            f"<div><p>{name} — <b>fresh</b> every day</p></div>",
            f"{name}\nKeep in a cool &amp; dry place &lt;5C&gt;",
        )
        return forms[self.place % 3]

    @property
    def image(self) -> str | None:
        """Public, private, at another house's, and none in both ways in which ERPNext says so."""
        forms = (
            None if self.place % 10 else f"/private/files/product-{self.place}.png",
            f"/files/product-{self.place}.jpg",
            "",
            f"/files/{self.name.lower().replace('/', '-')}.png",
            f"/files/photo {self.place}.jpg"
            if self.place % 20 != 4
            else f"https://img.example/{self.place}.jpg",
        )
        return forms[self.place % len(forms)]

    @property
    def barcode(self) -> str | None:
        """A European article number with its check digit; some goods have none."""
        if self.place % 12 == 0:
            return None
        digits = f"501{(self.place + 1) * 7919 % 10**9:09d}"
        odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
        return f"{digits}{-(odd + 3 * even) % 10}"

    def price_on(self, day: date) -> int:
        """What it costs that day: a good that got dearer was a tenth cheaper before."""
        if self.dearer_from and day < self.dearer_from:
            return self.price * 9 // 10
        return self.price


def catalogued(books: Books, *, scale: int) -> list[Good]:
    """Write groups, brands, units and items; returns the goods."""
    written = _of_size(scale)
    _tree(books, sorted({words["group"] for words in written}, key=list(WITHIN).index))
    for name, about in BRANDS.items():
        books.add("Brand", name, at=_early(books, 0), brand=name, description=about)
    for name, is_whole in UNITS.items():
        books.add("UOM", name, at=_early(books, 0), uom_name=name, must_be_whole_number=is_whole, enabled=1)
    found = [good for place, words in enumerate(written) for good in _goods(books, words, place)]
    goods = [
        replace(good, series=f"B{place:03d}", case_unit="Case" if place % 9 else "Box", place=place)
        for place, good in enumerate(found)
    ]
    for good in goods:
        _item(books, good)
    return goods


def _of_size(scale: int) -> list[dict[str, str]]:
    written = _written()
    if scale == 0:
        kept = {"Feta PDO 200g", "Cola 330ml", "Basmati Rice 1kg", "Blossom Honey", "Promo Mug"}
        chosen = [words for at, words in enumerate(written) if at % 18 == 0 or words["name"] in kept]
        return [*chosen[:19], written[-1]]
    return [
        words | {"name": f"{words['name']}{_kind(n)}", "code": words["code"] if n == 0 else ""}
        for n in range(scale)
        for words in written
        if n == 0 or not words.get("template")
    ]


def _kind(n: int) -> str:
    return KINDS[n] if n < len(KINDS) else f"{KINDS[1 + n % (len(KINDS) - 1)]} {n // len(KINDS)}"


@cache
def _written() -> tuple[dict[str, str], ...]:
    """The lines of goods.txt, each with what its group says of it."""
    goods, common = [], {}
    for line in GOODS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group, _, rest = line[1:].partition("] ")
            names = ("supplier", "warehouse", "unit", "life", "case")
            common = {"group": group, **dict(zip(names, rest.split("; "), strict=True))}
        elif " = " in line and not line.startswith("#"):
            name, _, rest = line.partition(" = ")
            price, *own = rest.split("; ")
            said = {word.partition("=")[0]: word.partition("=")[2] or "yes" for word in own}
            goods.append({"code": "", **common, "name": name, "price": price, **said})
    return tuple(goods)


def _early(books: Books, place: int) -> datetime:
    """When the first records were typed, one every minute or so."""
    return books.moment(books.first_day - timedelta(days=40), 9) + timedelta(
        seconds=place * 73, microseconds=place
    )


def _tree(books: Books, leaves: list[str]) -> None:
    parents = TREE | {leaf: WITHIN.get(leaf, "All Item Groups") for leaf in leaves}
    order: list[tuple[str, int, int]] = []
    _nested("All Item Groups", parents, order, 1)
    for place, (name, left, right) in enumerate(sorted(order, key=lambda each: each[1])):
        books.add(
            "Item Group",
            name,
            at=_early(books, place),
            item_group_name=name,
            parent_item_group=parents[name],
            old_parent=parents[name],
            is_group=int(name in TREE),
            image="" if name in TREE or place % 3 == 0 else f"/files/group-{place}.png",
            lft=left,
            rgt=right,
        )


def _nested(name: str, parents: dict[str, str], found: list[tuple[str, int, int]], left: int) -> int:
    """Number a branch as a nested set; returns the next free number."""
    right = left + 1
    for child in [child for child, parent in parents.items() if parent == name]:
        right = _nested(child, parents, found, right)
    found.append((name, left, right))
    return right + 1


def _goods(books: Books, words: dict[str, str], place: int) -> list[Good]:
    chance = books.chance
    price = round(float(words["price"]) * 100)
    rise = books.first_day + timedelta(days=chance.randrange(90, 330)) if chance.random() < 0.2 else None
    good = Good(
        code=words["code"] or f"GRO-{place + 1:04d}",
        name=words["name"],
        group=words["group"],
        unit=words["unit"],
        price=price,
        cost=price * chance.randrange(58, 74) // 100,
        supplier=words["supplier"],
        warehouse=words["warehouse"],
        brand=words.get("brand"),
        life=int(words["life"]),
        case=int(words["case"]),
        at=_early(books, 60 + place),
        is_disabled="disabled" in words,
        is_stock="service" not in words,
        variants=words.get("template", ""),
        dearer_from=rise if "service" not in words else None,
    )
    return [good, *_variants(good)]


def _variants(good: Good) -> list[Good]:
    return [
        replace(
            good,
            code=f"{good.code}-{size[0]}",
            name=f"{good.name}-{size[0]}",
            price=round(float(price) * 100),
            cost=round(float(price) * 65),
            template=good.code,
            variants="",
            size=size,
        )
        for size, _, price in (part.partition(":") for part in good.variants.split(",") if part)
    ]


# --- an item and its tables --------------------------------------------------------------------------------
def _item(books: Books, good: Good) -> None:
    chance, place, is_kept = books.chance, good.place, good.is_stock and good.life
    books.add(
        "Item",
        good.code,
        at=good.at,
        item_code=good.code,
        item_name=good.name,
        item_group=good.group,
        stock_uom=good.unit,
        disabled=int(good.is_disabled),
        is_stock_item=int(good.is_stock),
        has_variants=int(bool(good.variants)),
        variant_of=good.template,
        brand=good.brand,
        description=good.description,
        image=good.image,
        has_batch_no=int(bool(is_kept)),
        has_expiry_date=int(bool(is_kept)),
        create_new_batch=int(bool(is_kept)),
        batch_number_series=f"{good.series}-.#####" if is_kept else None,
        shelf_life_in_days=good.life,
        custom_storage_temp="Chilled" if good.warehouse.startswith("Cold") else "Ambient",
        safety_stock=float(chance.choice((0, 0, 0, 5))),
        lead_time_days=chance.choice((0, 1, 3)),
        last_purchase_rate=pounds(good.cost) if good.is_stock and good.is_sold else 0.0,
        max_discount=30.0 if place % 17 == 0 else 0.0,
        weight_per_unit=0.5 if place % 3 == 0 else 0.0,
        weight_uom="Kg" if place % 3 == 0 else None,
        country_of_origin=WORLD[place % len(WORLD)],
    )
    _tables(books, good)


def _tables(books: Books, good: Good) -> None:
    place = good.place

    def inside(doctype: str, field: str, idx: int, **values: Any) -> None:
        where = Inside("Item", good.code, field)
        books.add(doctype, books.key(), at=good.at, inside=where, idx=idx, **values)

    inside("UOM Conversion Detail", "uoms", 1, uom=good.unit, conversion_factor=1.0)
    warehouse = STORES if not good.is_stock else good.warehouse
    inside(
        "Item Default",
        "item_defaults",
        1,
        company=COMPANY,
        default_warehouse=warehouse,
        default_supplier=good.supplier if good.is_stock else None,
    )
    if good.size or good.variants:
        size = {"variant_of": good.template, "attribute_value": good.size or None}
        inside("Item Variant Attribute", "attributes", 1, attribute="Pack Size", **size)
    if not good.is_stock or good.variants:
        return
    if good.barcode:
        inside("Item Barcode", "barcodes", 1, barcode=good.barcode, barcode_type="EAN")
    if place % 12 == 3:
        inside("Item Barcode", "barcodes", 2, barcode=f"INT{place:05d}", barcode_type="")
    if good.unit == "Nos":
        factor = float(good.case)
        inside("UOM Conversion Detail", "uoms", 2, uom=good.case_unit, conversion_factor=factor)
    part = None if place % 10 == 7 else f"{good.supplier[0]}{len(good.supplier)}-{place + 31}"
    inside("Item Supplier", "supplier_items", 1, supplier=good.supplier, supplier_part_no=part)
    if place % 5 == 2:
        level = {"warehouse": good.warehouse, "warehouse_group": good.warehouse}
        inside(
            "Item Reorder",
            "reorder_levels",
            1,
            **level,
            warehouse_reorder_level=float(good.case),
            warehouse_reorder_qty=float(good.case * 4),
        )
