"""Item groups: the shop's categories."""

from apps.catalog.models import Category
from apps.sync.engine.declarations import Entity, Reference, Source, check, long_text, text

ITEM_GROUPS = Entity(
    name="item_groups",
    title="Categories",
    sources=(
        Source(
            doctype="Item Group",
            model=Category,
            columns=(
                text("name_en", "item_group_name", twin="name"),
                text("parent_name", "parent_item_group"),
                check("is_group", "is_group"),
                long_text("image_path", "image"),
            ),
            references=(Reference("parent_id", by="parent_name", to=Category),),
        ),
    ),
)
