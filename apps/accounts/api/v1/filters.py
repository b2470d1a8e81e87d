"""What lists about staff can be narrowed by."""

from django.db.models import Exists, OuterRef, Q
from django_filters.rest_framework import FilterSet

from apps.accounts.models import Right, User
from apps.accounts.querysets import UserQuerySet
from apps.core.api.filters import FlagFilter, IdFilter, TextFilter


class StaffFilter(FilterSet):  # type: ignore[misc]
    """``?search=ada&role=3&active=true&own_rights=true``."""

    search = TextFilter(method="words", label="Every word in the name or the e-mail address.")
    role = IdFilter(method="in_role", label="The id of a role.")
    active = FlagFilter(field_name="is_active", label="Whether they may sign in.")
    own_rights = FlagFilter(method="decided", label="Whether anything was allowed or denied to them alone.")

    class Meta:
        model = User
        fields = ("search", "role", "active", "own_rights")

    def words(self, people: UserQuerySet, name: str, text: str) -> UserQuerySet:
        for word in text.split():
            people = people.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
        return people

    def in_role(self, people: UserQuerySet, name: str, role: int) -> UserQuerySet:
        links = User.groups.through.objects.filter(user=OuterRef("pk"), group_id=role)
        return people.filter(Exists(links))

    def decided(self, people: UserQuerySet, name: str, wanted: bool) -> UserQuerySet:
        own = Exists(Right.objects.filter(user=OuterRef("pk"), role=None))
        return people.filter(own if wanted else ~own)
