"""To Do items, as staff's apps see and decide them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.approvals.states import ItemState, Risk
from apps.core.api.serializers import IdField, OutSerializer, StrictSerializer


class ItemOut(OutSerializer):
    """One thing to decide."""

    id = IdField()
    kind = serializers.CharField(help_text="What is to be decided, as `GET staff/todo?kind=` takes it.")
    title = serializers.CharField()
    subject = serializers.CharField(
        source="subject_label", help_text="What it is about, as it was called when it was asked."
    )
    risk = serializers.ChoiceField(choices=Risk.choices)
    value = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text="In the shop's currency; null where it has none.",
    )
    margin = serializers.DecimalField(
        max_digits=6, decimal_places=2, allow_null=True, help_text="In per cent."
    )
    revision = serializers.IntegerField(help_text="Grows with every change by the maker; accept with it.")
    made_by = serializers.CharField(source="maker_label")
    asked_at = serializers.DateTimeField()
    assigned_to = serializers.CharField(
        source="assignee.email",
        allow_null=True,
        default=None,
        help_text="The e-mail address of whoever is to look at it.",
    )
    state = serializers.ChoiceField(choices=ItemState.choices)


class ItemDetailOut(ItemOut):
    """With what is and what is to be, and how it ended."""

    before = serializers.DictField(help_text="The subject's fields as they are; empty when it is new.")
    after = serializers.DictField(help_text="The same fields as they are to be.")
    edited = serializers.DictField(allow_null=True, help_text="The corrected version that was accepted.")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(
        source="decider_label", help_text="Who decided or closed it; empty while it is open."
    )
    reason = serializers.CharField()


@extend_schema_field({"type": "object", "additionalProperties": True})
class CorrectedField(serializers.DictField):
    """The fields of a corrected version; which there are, and whether one may be empty, its kind says."""

    child = serializers.JSONField(allow_null=True)


class AcceptIn(StrictSerializer):
    """The revision that was looked at; and, unless it is accepted as it is, the corrected version."""

    revision = serializers.IntegerField(min_value=1, help_text="The one that was looked at.")
    edited = CorrectedField(required=False)


class RejectIn(StrictSerializer):
    """Why not."""

    reason = serializers.CharField(max_length=2000, trim_whitespace=True)


class AssignIn(StrictSerializer):
    """To whom; null takes it back."""

    to = IdField(allow_null=True, help_text="The id of a member of staff.")
