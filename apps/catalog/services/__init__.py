"""What Larder adds to the catalogue: the only code that writes it (spec/02)."""

from apps.catalog.services.categories import (
    add_category,
    categories_synced,
    change_category,
    remove_category,
)
from apps.catalog.services.describing import (
    LONGEST_LIFE,
    LONGEST_NOTES,
    allergens_of,
    declare_allergens,
    describe_product,
)
from apps.catalog.services.pictures import (
    ask_for_picture,
    fail_picture,
    keep_picture,
    keep_unchanged,
    let_pictures_go,
    note_pictures,
    take_picture,
)
from apps.catalog.services.showing import show_category, show_product, shown_as

__all__ = [
    "LONGEST_LIFE",
    "LONGEST_NOTES",
    "add_category",
    "allergens_of",
    "ask_for_picture",
    "categories_synced",
    "change_category",
    "declare_allergens",
    "describe_product",
    "fail_picture",
    "keep_picture",
    "keep_unchanged",
    "let_pictures_go",
    "note_pictures",
    "remove_category",
    "show_category",
    "show_product",
    "shown_as",
    "take_picture",
]
