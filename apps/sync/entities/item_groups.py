"""Item groups, the shop's categories, and brands."""

from apps.catalog.models import Brand, Category
from apps.catalog.services import categories_synced
from apps.catalog.states import CategorySource
from apps.sync.engine.declarations import Entity, Reference, Source, check, long_text, text

ITEM_GROUPS = Entity(
    name="item_groups",
    title="Categories",
    sources=(
        Source(
            doctype="Item Group",
            model=Category,
            fixed={"source": CategorySource.ERPNEXT.value},  # those of the registry are none of its business
            wrote=(categories_synced,),
            columns=(
                text("name_en", "item_group_name", twin="name"),
                text("parent_name", "parent_item_group"),
                check("is_group", "is_group"),
                long_text("image_path", "image"),
            ),
            drifts=("parent_item_group", "is_group"),
            references=(Reference("parent_id", by="parent_name", to=Category),),
        ),
        Source(
            doctype="Brand",
            model=Brand,
            columns=(
                text("name", "brand"),
                long_text("description", "description"),
                long_text("image_path", "image"),
            ),
        ),
    ),
)
