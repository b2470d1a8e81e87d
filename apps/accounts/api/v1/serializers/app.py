"""The calling app, as the API tells of it."""

from rest_framework import serializers

from apps.core.api.serializers import OutSerializer
from apps.core.calling import CallingApp


class AppOut(OutSerializer):
    """What a key is, and what it opens."""

    name = serializers.CharField()
    kind = serializers.CharField(
        help_text="`back_office` for a session of the back office, which has no key."
    )
    channel = serializers.CharField(help_text="What its orders and campaigns go by.")
    scopes = serializers.SerializerMethodField(help_text="What it reaches with somebody signed in.")
    scopes_alone = serializers.SerializerMethodField(help_text="What it opens with nobody signed in.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When the key ends; null for never.")

    def get_scopes(self, app: CallingApp) -> list[str]:
        return sorted(app.scopes)

    def get_scopes_alone(self, app: CallingApp) -> list[str]:
        return sorted(app.alone)
