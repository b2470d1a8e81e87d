"""What the inbox can be narrowed by."""

from django_filters.rest_framework import ChoiceFilter, FilterSet, IsoDateTimeFilter

from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.states import ItemState, Risk
from apps.core.api.filters import FlagFilter, TextFilter


class ItemFilter(FilterSet):  # type: ignore[misc]
    """``?state=open&kind=campaigns.draft&risk=low&mine=true&q=milk&maker=staff:12&asked_before=…``."""

    state = ChoiceFilter(choices=ItemState.choices, label="Open, or how it was decided.")
    kind = TextFilter(label="The kind, exactly.")
    risk = ChoiceFilter(choices=Risk.choices, label="The risk.")
    mine = FlagFilter(method="assigned", label="Assigned to me, or not.")

    q = TextFilter(method="found", label="Words, or their beginnings, of title, subject, maker or reason.")
    maker = TextFilter(method="made_by", label="Who asked, as `staff:12` or `system:`.")
    asked_before = IsoDateTimeFilter(field_name="asked_at", lookup_expr="lte", label="Asked by this moment.")

    class Meta:
        model = Item
        fields = ("state", "kind", "risk", "mine", "q", "maker", "asked_before")

    def found(self, items: ItemQuerySet, name: str, words: str) -> ItemQuerySet:
        return items.matching(words)

    def made_by(self, items: ItemQuerySet, name: str, maker: str) -> ItemQuerySet:
        return items.made_by(maker)

    def assigned(self, items: ItemQuerySet, name: str, mine: bool) -> ItemQuerySet:
        own = {"assignee_id": self.request.user.pk}
        return items.filter(**own) if mine else items.exclude(**own)
