"""Which price the shop shows: one question, asked alike by lists, profiles and routes."""

from django.utils import timezone

from apps.catalog.options import ShopOptions
from apps.catalog.querysets import ProductQuerySet
from apps.core.clock import shop_day


def with_todays_price(products: ProductQuerySet) -> ProductQuerySet:
    """Products with what everybody pays today, in the price list that the shop has chosen for apps."""
    return products.with_shelf_price(price_list=ShopOptions().price_list, day=shop_day(timezone.now()))
