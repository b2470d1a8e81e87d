"""What the inbox can be narrowed by."""

from django_filters.rest_framework import ChoiceFilter, FilterSet

from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.states import ItemState, Risk
from apps.core.api.filters import FlagFilter, TextFilter


class ItemFilter(FilterSet):  # type: ignore[misc]
    """``?state=open&kind=campaigns.draft&risk=low&mine=true``."""

    state = ChoiceFilter(choices=ItemState.choices, label="Open, or how it was decided.")
    kind = TextFilter(label="The kind, exactly.")
    risk = ChoiceFilter(choices=Risk.choices, label="The risk.")
    mine = FlagFilter(method="assigned", label="Assigned to me, or not.")

    class Meta:
        model = Item
        fields = ("state", "kind", "risk", "mine")

    def assigned(self, items: ItemQuerySet, name: str, mine: bool) -> ItemQuerySet:
        own = {"assignee_id": self.request.user.pk}
        return items.filter(**own) if mine else items.exclude(**own)
