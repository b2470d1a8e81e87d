"""Notices, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import OutSerializer, StrictSerializer
from apps.notifications.states import Severity


class NoticeOut(OutSerializer):
    """Something the caller was told."""

    id = serializers.IntegerField()
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
    """Which; without ``ids``, all of them."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=500)
