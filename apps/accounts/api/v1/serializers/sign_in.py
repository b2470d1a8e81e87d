"""What an app sends to sign staff in, and what it gets."""

from rest_framework import serializers

from apps.core.api.serializers import OutSerializer, StrictSerializer


class SignInIn(StrictSerializer):
    """Address and password, and a code where the account has a second factor."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="From the phone, or a recovery code."
    )
    device = serializers.CharField(
        max_length=80, default="", allow_blank=True, help_text="What the person calls it: “Ben's phone”."
    )


class RefreshIn(StrictSerializer):
    """The latest refresh token."""

    refresh_token = serializers.CharField(max_length=200, help_text="The latest one that was given.")


class TokensOut(OutSerializer):
    """One token to show, one to renew it by."""

    token_type = serializers.CharField(help_text="Always `Bearer`.")
    access_token = serializers.CharField(source="access", help_text="For `Authorization`.")
    access_expires_at = serializers.DateTimeField(source="access_until")
    refresh_token = serializers.CharField(source="refresh", help_text="Good for one renewal.")
    refresh_expires_at = serializers.DateTimeField(source="refresh_until")
