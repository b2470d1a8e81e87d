"""Notices, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import IdField, OutSerializer, StrictSerializer
from apps.notifications.states import Platform, Severity


class NoticeOut(OutSerializer):
    """Something the caller was told."""

    id = IdField()
    kind = serializers.CharField(source="notice.kind", help_text="As `staff/notifications/kinds` lists it.")
    title = serializers.CharField(source="notice.title")
    text = serializers.CharField(source="notice.text")
    link = serializers.CharField(
        source="notice.link", help_text="A path of the back office; empty where it leads nowhere."
    )
    severity = serializers.ChoiceField(
        source="notice.severity", choices=Severity.choices, help_text="How much it asks for."
    )
    told_at = serializers.DateTimeField(source="notice.created_at")
    read_at = serializers.DateTimeField(allow_null=True, help_text="Null while it has not been read.")


class UnreadOut(OutSerializer):
    """How much the caller has not read."""

    unread = serializers.IntegerField(help_text="How many notices are left to read.")


class ReadIn(StrictSerializer):
    """Which; without ``ids``, all of them, or all of one kind."""

    kind = serializers.CharField(required=False, max_length=64, help_text="All of one kind.")
    ids = serializers.ListField(
        child=IdField(),
        required=False,
        max_length=500,
        help_text="Just these; without `ids` and `kind` every notice.",
    )


class UnreadIn(StrictSerializer):
    """Which."""

    ids = serializers.ListField(child=IdField(), min_length=1, max_length=500)


class KindOut(OutSerializer):
    """A kind of notice, and whether the caller has muted it."""

    key = serializers.CharField()
    title = serializers.CharField()
    can_be_muted = serializers.BooleanField(help_text="False for what has to be told to whoever it concerns.")
    is_muted = serializers.BooleanField()


class MutedIn(StrictSerializer):
    """All kinds that the caller wants muted; those that are left out sound again."""

    muted = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=200,
        help_text="The keys of all kinds that are to be muted; the others are loud.",
    )


class DeviceIn(StrictSerializer):
    """Where an app runs."""

    token = serializers.CharField(max_length=512, help_text="What the push service gave the app.")
    platform = serializers.ChoiceField(choices=Platform.choices)
    app = serializers.CharField(
        max_length=64, required=False, default="", help_text="Which app it is, where there are several."
    )
    version = serializers.CharField(max_length=32, required=False, default="", help_text="The app's own.")


class DeviceOut(OutSerializer):
    """That the caller is reached there."""

    id = IdField()
    platform = serializers.ChoiceField(choices=Platform.choices)
    app = serializers.CharField()
    seen_at = serializers.DateTimeField(help_text="When the app last said so.")


class ForgetIn(StrictSerializer):
    """Which phone."""

    token = serializers.CharField(max_length=512)
