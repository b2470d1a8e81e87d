"""What customers can be narrowed by."""

from django_filters.rest_framework import FilterSet

from apps.core.api.filters import FlagFilter, TextFilter
from apps.customers.models import Customer
from apps.customers.querysets import CustomerQuerySet


class CustomerFilter(FilterSet):  # type: ignore[misc]
    """``?search=07700&group=Retail&loyalty_tier=Gold&is_active=true``."""

    search = TextFilter(method="matching", label="In name, id, e-mail or phone, however it is spelled.")
    group = TextFilter(field_name="group_name", label="The customer group, exactly.")
    territory = TextFilter(field_name="territory_name", label="The territory, exactly.")
    loyalty_tier = TextFilter(label="The loyalty tier, exactly.")
    is_active = FlagFilter(label="Not disabled in ERPNext.")

    class Meta:
        model = Customer
        fields = ("search", "group", "territory", "loyalty_tier", "is_active")

    def matching(self, customers: CustomerQuerySet, name: str, words: str) -> CustomerQuerySet:
        return customers.matching(words)
