"""The catalogue, as customers' apps see it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import services
from apps.catalog.api.v1.serializers import PicturedOut, ShelfPriceOut, UnitOut
from apps.catalog.models import Category, Product
from apps.catalog.states import Allergen, AllergenState
from apps.core.api.serializers import OutSerializer
from apps.inventory.shelf import Availability, availability_of


class ShownCategoryOut(PicturedOut):
    """A category that leads to a product."""

    id = serializers.CharField()
    name = serializers.CharField(source="shown_name", help_text="Its label in the language asked for.")
    parent_id = serializers.SerializerMethodField(help_text="The id of what it hangs under; null at the top.")

    def called(self, record: Product | Category) -> str:
        return record.shown_name

    def get_parent_id(self, category: Category) -> str | None:
        above = category.parent_id
        return str(above) if above in self.context.get("shown", ()) else None


class CategoryNameOut(OutSerializer):
    """Where a product stands."""

    id = serializers.CharField()
    name = serializers.CharField(source="shown_name", help_text="Its label in the language asked for.")


class ShownProductOut(PicturedOut):
    """What fits on a product's card."""

    item_code = serializers.CharField()
    name = serializers.CharField(source="shown_name", help_text="Its label in the language asked for.")
    category = CategoryNameOut()
    brand = serializers.CharField(source="brand_name")
    price = ShelfPriceOut(
        source="shelf_price",
        allow_null=True,
        help_text="Null while it has none for today: it cannot be sold.",
    )
    availability = serializers.SerializerMethodField(help_text="What stock says of it to whoever would buy.")

    def called(self, record: Product | Category) -> str:
        return record.shown_name

    def get_availability(self, product: Product) -> Availability:
        return availability_of(product)


class AllergenOut(OutSerializer):
    """What is known of one of the fourteen; treat ``unknown`` as ``contains``."""

    allergen = serializers.ChoiceField(choices=Allergen.choices, help_text="One of the fourteen of food law.")
    state = serializers.ChoiceField(choices=AllergenState.choices, help_text="What is known of it.")


class ShownProductDetailOut(ShownProductOut):
    """What fits on a product's page."""

    description = serializers.CharField()
    barcodes = serializers.SerializerMethodField()
    stock_unit = serializers.CharField()
    units = UnitOut(many=True)
    origin_country = serializers.CharField()
    allergens = serializers.SerializerMethodField(help_text="All fourteen.")

    def get_barcodes(self, product: Product) -> list[str]:
        return [row.barcode for row in product.barcodes.all()]

    @extend_schema_field(AllergenOut(many=True))
    def get_allergens(self, product: Product) -> list[dict[str, str]]:
        told = services.allergens_of(product)
        return [{"allergen": allergen, "state": state} for allergen, state in told.items()]
