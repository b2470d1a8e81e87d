"""What roles give, from now on and, where the editor says so, to those who are in them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.errors import NotYoursToManageError
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import Reach, Role
from apps.accounts.services.effects import Shift, bumping
from apps.accounts.services.guarding import ensure_fresh, ensure_known, ensure_super_admin, take_turn
from apps.accounts.services.reviewing import Grants, GrantsReview, RoleReview, review_grants
from apps.core.actors import Actor
from apps.core.audit import Subject, record


@transaction.atomic
def set_grants(
    wanted: Mapping[int, Grants],
    *,
    actor: Actor,
    apply_to_people: bool = False,
    seen: str | None = None,
    reason: str = "",
) -> GrantsReview:
    """What these roles give from now on, all of it or none; to those who are in them already only when
    ``apply_to_people``.

    ``seen`` is the seal of the review that the actor has looked at: when something else would change by now,
    nothing does (StaleReviewError).
    """
    take_turn()
    ensure_super_admin(actor, key="roles.edit")
    for grants in wanted.values():
        ensure_known(grants)
    review = review_grants(wanted)
    if any(one.role.name == Role.SUPER_ADMIN for one in review.roles):
        raise NotYoursToManageError(_("A Super Admin may do everything; that is not edited."))
    ensure_fresh(seen, review.seal)
    for changed in review.changed_roles:
        _write(changed, actor=actor, applied=apply_to_people, reason=reason)
    if apply_to_people:
        _apply(review, actor=actor, reason=reason)
    return review


def _write(changed: RoleReview, *, actor: Actor, applied: bool, reason: str) -> None:
    group = changed.role
    touched = [shift.key for shift in changed.shifts]
    RoleGrant.objects.filter(role=group, key__in=touched).delete()
    RoleGrant.objects.bulk_create(
        RoleGrant(role=group, key=shift.key, reach=shift.after) for shift in changed.shifts if shift.after
    )
    before, after = _traced(changed.shifts)
    record(
        actor=actor,
        action="role.grants_set_and_applied" if applied else "role.grants_set",
        subject=Subject.of(group),
        before=before,
        after=after,
        reason=reason,
    )


def _apply(review: GrantsReview, *, actor: Actor, reason: str) -> None:
    """Let those who are in the roles hold exactly what they give; what that changed stands with each."""
    groups = [one.role for one in review.roles]
    people = {user.pk: user for user in User.objects.filter(groups__in=groups).distinct()}
    with bumping(people) as shifts:
        rights = Right.objects.filter(role__in=groups)
        rights.follow_roles(list(people), grants=RoleGrant.objects.filter(role__in=groups))
    for person, changed in shifts.items():
        before, after = _traced(changed)
        record(
            actor=actor,
            action="user.role_applied",
            subject=Subject.of(people[person]),
            before=before,
            after=after,
            reason=reason,
        )


def _traced(shifts: list[Shift]) -> tuple[dict[str, Any], dict[str, Any]]:
    """How far each key went and goes, as the trail keeps it."""

    def said(reach: Reach | None) -> str | None:
        return reach.value if reach else None

    return {one.key: said(one.before) for one in shifts}, {one.key: said(one.after) for one in shifts}
