"""Products, as staff's apps see them."""

from decimal import ROUND_HALF_UP
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.models import Category, Product
from apps.core.addresses import absolute
from apps.core.api.serializers import OutSerializer
from apps.core.pictures import Kind
from apps.media.models import Asset, Rendition


class CategoryRefOut(OutSerializer):
    """Where a product stands."""

    id = serializers.CharField()
    name = serializers.CharField()


class ShelfPriceOut(OutSerializer):
    """What everybody pays for a unit, in the price list that the shop has chosen for its apps."""

    amount = serializers.DecimalField(max_digits=21, decimal_places=2, source="rate", rounding=ROUND_HALF_UP)
    currency = serializers.CharField()
    unit = serializers.CharField(help_text="The unit that the price is for.")


class CopyOut(OutSerializer):
    """A picture in one size and type."""

    url = serializers.SerializerMethodField(help_text="Public: no key and no token is asked for.")
    type = serializers.SerializerMethodField(help_text="The media type, as `image/webp`.")
    width = serializers.IntegerField(help_text="In pixels.")
    height = serializers.IntegerField(help_text="In pixels.")

    def get_url(self, picture: Asset | Rendition) -> str:
        return absolute(picture.url, request=self.context["request"])

    def get_type(self, picture: Asset | Rendition) -> str:
        return Kind(picture.kind).media_type


class PictureOut(CopyOut):
    """What a product looks like. Its address stays when the picture behind it is another."""

    alt = serializers.SerializerMethodField(help_text="The product's name, in the language asked for.")
    copies = serializers.SerializerMethodField(
        help_text="The same smaller, and in WebP, the largest first; none until they are made."
    )

    def get_alt(self, picture: Asset) -> str:
        return str(self.context["alt"])

    @extend_schema_field(CopyOut(many=True))
    def get_copies(self, picture: Asset) -> Any:
        copies = sorted(picture.renditions.all(), key=lambda copy: (-copy.width * copy.height, copy.kind))
        return CopyOut(copies, many=True, context={"request": self.context["request"]}).data


class PicturedOut(OutSerializer):
    """A product or a category with its picture."""

    picture = serializers.SerializerMethodField(help_text="Null while ERPNext gives none that can be shown.")

    @extend_schema_field(PictureOut(allow_null=True))
    def get_picture(self, record: Product | Category) -> Any:
        if record.asset is None:
            return None
        context = {"request": self.context["request"], "alt": self.called(record)}
        return PictureOut(record.asset, context=context).data

    def called(self, record: Product | Category) -> str:
        """What the picture shows, in words."""
        return str(record)


class ProductOut(PicturedOut):
    """A product in a list."""

    id = serializers.CharField()
    item_code = serializers.CharField()
    name = serializers.CharField()
    category = CategoryRefOut(allow_null=True)
    brand = serializers.CharField(source="brand_name")
    barcodes = serializers.SerializerMethodField()
    stock_unit = serializers.CharField()
    price = ShelfPriceOut(
        source="shelf_price", allow_null=True, help_text="Null while the list has none for today."
    )
    is_active = serializers.BooleanField(help_text="Not disabled in ERPNext.")
    is_sold = serializers.BooleanField(help_text="For sale.")

    def get_barcodes(self, product: Product) -> list[str]:
        return [row.barcode for row in product.barcodes.all()]


class UnitOut(OutSerializer):
    """A unit in which a product is dealt."""

    unit = serializers.CharField()
    factor = serializers.DecimalField(max_digits=21, decimal_places=9, help_text="Stock units in it.")


class ProductDetailOut(ProductOut):
    """All that ERPNext tells of a product and staff ask for on a phone."""

    description = serializers.CharField()
    units = UnitOut(many=True)
    is_batched = serializers.BooleanField(help_text="Whether stock of it is kept by batch.")
    has_expiry = serializers.BooleanField(help_text="Whether its batches have a day of expiry.")
    shelf_life_days = serializers.IntegerField()
    safety_stock = serializers.DecimalField(
        max_digits=21, decimal_places=9, help_text="What ERPNext wants to be left, in the stock unit."
    )
    origin_country = serializers.CharField()
    sold_until = serializers.DateField(
        allow_null=True, help_text="The end of its life in ERPNext; null while none is set."
    )
    read_at = serializers.DateTimeField(help_text="When it was last brought in from ERPNext.")
