"""Reads about people and how they sign in, for screens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import Group

from apps.accounts.models import Tries, User
from apps.accounts.services.second_factor import needs_second_factor
from apps.core.models import AuditEntry

SHOWN: Final = 20
FAILED: Final = "user.sign_in_failed"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Security:
    """How safe the door is now."""

    staff: int
    with_second_factor: int
    lacking: list[User]  # a role of theirs asks for a second factor, and they have none
    locked: list[Tries]
    locked_unknown: int  # guesses at accounts that do not exist
    failed: list[AuditEntry]
    failed_of_the_day: int


def second_factors() -> tuple[int, int]:
    """How many staff may sign in, and how many of them have a second factor."""
    staff = User.objects.get_queryset().able_to_sign_in()
    return staff.count(), staff.with_second_factor().filter(has_second_factor=True).count()


def security(*, at: datetime) -> Security:
    """By a fixed number of queries, however many staff and failures there are."""
    people, having = second_factors()
    active = User.objects.get_queryset().able_to_sign_in().with_second_factor()
    roles = [role for role in Group.objects.values_list("name", flat=True) if needs_second_factor(role)]
    lacking = active.in_any_role(roles).filter(has_second_factor=False)
    locked = Tries.objects.locked(at)
    failed = AuditEntry.objects.filter(action=FAILED)
    return Security(
        staff=people,
        with_second_factor=having,
        lacking=list(lacking.prefetch_related("groups").order_by("full_name", "id")),
        locked=list(locked.filter(user__isnull=False).select_related("user").order_by("-last_at")[:SHOWN]),
        locked_unknown=locked.filter(user__isnull=True).count(),
        failed=list(failed.order_by("-id")[:SHOWN]),
        failed_of_the_day=failed.filter(at__gte=at - DAY).count(),
    )
