"""Staff, as the API tells of them."""

from rest_framework import serializers

from apps.accounts.models import User
from apps.core.api.serializers import IdField, OutSerializer


class MeOut(OutSerializer):
    """Who is signed in, and what he may do."""

    id = IdField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    language = serializers.CharField()
    theme = serializers.ChoiceField(choices=User.Theme.choices)
    roles = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField(
        help_text="Every key that is held, such as `products.view`."
    )
    permissions_version = serializers.IntegerField(help_text="Rises with every change of roles or rights.")

    def get_roles(self, user: User) -> list[str]:
        return sorted(user.groups.values_list("name", flat=True))

    def get_permissions(self, user: User) -> list[str]:
        return sorted(user.keys)
