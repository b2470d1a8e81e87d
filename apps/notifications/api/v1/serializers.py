"""Notices, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import IdField, OutSerializer, StrictSerializer
from apps.notifications.states import Platform, Severity


class NoticeOut(OutSerializer):
    """Something the caller was told."""

    id = IdField()
    kind = serializers.CharField(source="notice.kind")
    title = serializers.CharField(source="notice.title")
    text = serializers.CharField(source="notice.text")
    link = serializers.CharField(source="notice.link")
    severity = serializers.ChoiceField(source="notice.severity", choices=Severity.choices)
    told_at = serializers.DateTimeField(source="notice.created_at")
    read_at = serializers.DateTimeField(allow_null=True)


class UnreadOut(OutSerializer):
    """How much the caller has not read."""

    unread = serializers.IntegerField()


class ReadIn(StrictSerializer):
    """Which; without ``ids``, all of them, or all of one kind."""

    kind = serializers.CharField(required=False, max_length=64)
    ids = serializers.ListField(child=IdField(), required=False, max_length=500)


class UnreadIn(StrictSerializer):
    """Which."""

    ids = serializers.ListField(child=IdField(), min_length=1, max_length=500)


class KindOut(OutSerializer):
    """A kind of notice, and whether the caller has muted it."""

    key = serializers.CharField()
    title = serializers.CharField()
    can_be_muted = serializers.BooleanField()
    is_muted = serializers.BooleanField()


class MutedIn(StrictSerializer):
    """All kinds that the caller wants muted; those that are left out sound again."""

    muted = serializers.ListField(child=serializers.CharField(max_length=64), max_length=200)


class DeviceIn(StrictSerializer):
    """Where an app runs."""

    token = serializers.CharField(max_length=512)
    platform = serializers.ChoiceField(choices=Platform.choices)
    app = serializers.CharField(max_length=64, required=False, default="")
    version = serializers.CharField(max_length=32, required=False, default="")


class DeviceOut(OutSerializer):
    """That the caller is reached there."""

    id = IdField()
    platform = serializers.ChoiceField(choices=Platform.choices)
    app = serializers.CharField()
    seen_at = serializers.DateTimeField()


class ForgetIn(StrictSerializer):
    """Which phone."""

    token = serializers.CharField(max_length=512)
