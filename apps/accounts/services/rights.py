"""What one person may do: his roles, and what is allowed or denied to him alone."""

from collections.abc import Collection, Mapping

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.errors import NotYoursToManageError, StaleReviewError
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import Reach, Role, is_wider
from apps.accounts.services.effects import bump, bumping
from apps.accounts.services.guarding import (
    ensure_fresh,
    ensure_known,
    ensure_may_manage,
    ensure_not_last,
    ensure_not_oneself,
    locked_person,
    roles_of,
    take_turn,
)
from apps.accounts.services.reviewing import Override, OverridesReview, review_overrides
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import FieldError, InvalidInputError


@transaction.atomic
def set_roles(
    user_id: int,
    roles: Collection[str],
    *,
    actor: Actor,
    seen: Collection[str] | None = None,
    reason: str = "",
) -> User:
    """Exactly these roles, with what the new ones give now; what was allowed or denied to him alone stays.

    ``seen`` is what the actor chose from: when the roles are others by now, they stay (StaleReviewError).
    """
    take_turn()
    user = locked_person(user_id)
    before = roles_of(user)
    ensure_not_oneself(ensure_may_manage(actor, key="users.edit", roles={*before, *roles}), user)
    if before == set(roles):  # also for who asks again because the answer was lost, whatever he saw
        return user
    _ensure_still(before, seen)
    if Role.SUPER_ADMIN in before and Role.SUPER_ADMIN not in roles and user.is_active:
        ensure_not_last(user)
    give_roles(user, roles)
    bump([user.pk])  # even where the keys are the same: tokens carry the roles as well
    record(
        actor=actor,
        action="user.roles_set",
        subject=Subject.of(user),
        before={"roles": sorted(before)},
        after={"roles": sorted(roles)},
        reason=reason,
    )
    return user


def _ensure_still(roles: Collection[str], seen: Collection[str] | None) -> None:
    """That nobody else has chosen meanwhile; None for who was shown nothing."""
    if seen is None or set(seen) == set(roles):
        return
    names = ", ".join(sorted(roles)) or _("no role")
    sentence = _("Somebody else has changed the roles meanwhile, to %(roles)s. Look again, then save.")
    raise StaleReviewError(sentence % {"roles": names})


def give_roles(user: User, roles: Collection[str]) -> None:
    """Put a person into exactly these roles; asks nobody, so only verbs that have asked call it, in turn.

    What the roles give is copied for those he joins. Those he had keep what they gave him: a later change of
    a role concerns its people only where its editor said so (set_grants).
    """
    groups = list(Group.objects.filter(name__in=roles))
    if unknown := set(roles) - {group.name for group in groups}:
        sentence = _("There is no role “%(role)s”.") % {"role": min(unknown)}
        raise InvalidInputError(sentence, errors=[FieldError("roles", "unknown", sentence)])
    joined = set(groups) - set(user.groups.all())
    user.groups.set(groups)
    Right.objects.filter(user=user).from_roles().exclude(role__in=groups).delete()
    Right.objects.give([user.pk], grants=RoleGrant.objects.filter(role__in=joined))
    user.forget_rights()


@transaction.atomic
def set_overrides(
    user_id: int,
    wanted: Mapping[str, Override | None],
    *,
    actor: Actor,
    seen: str | None = None,
    reason: str = "",
) -> OverridesReview:
    """Allow or deny keys to one person, all of it or none; None lets his roles decide again.

    ``seen`` is the seal of the review that the actor has looked at: when something else would change by now,
    nothing does (StaleReviewError).
    """
    take_turn()
    user = locked_person(user_id)
    manager = ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    ensure_not_oneself(manager, user)
    ensure_known({key: override.reach if override else Reach.ALL for key, override in wanted.items()})
    review = review_overrides(user, wanted)
    ensure_fresh(seen, review.seal)
    _ensure_his_to_give(manager, review)
    if review.changes:
        _write(review, actor=actor, reason=reason)
    return review


def set_override(user_id: int, *, key: str, source: str | None, actor: Actor, reason: str = "") -> User:
    """Allow or deny one key to one person in full; None lets his roles decide again."""
    override = Override(Right.Source(source)) if source else None
    return set_overrides(user_id, {key: override}, actor=actor, reason=reason).person


def _ensure_his_to_give(manager: User | None, review: OverridesReview) -> None:
    """That nobody gives what he lacks, be it by allowing it or by lifting what kept it from the person."""
    if manager is None:
        return
    allowed = [
        (change.key, change.after.reach)
        for change in review.changes
        if change.after and change.after.source == Right.Source.ALLOW
    ]
    raised = [(shift.key, shift.after) for shift in review.shifts if shift.is_gain]
    for key, reach in [*allowed, *raised]:
        if is_wider(reach, manager.reach_of(key)):
            raise NotYoursToManageError(_lacking(manager, key))


def _lacking(manager: User, key: str) -> str:
    if manager.has_key(key):
        return _("You cannot give “%(key)s” that far: you do not have it so far yourself.") % {"key": key}
    return _("You cannot give “%(key)s”: you do not have it.") % {"key": key}


def _write(review: OverridesReview, *, actor: Actor, reason: str) -> None:
    user = review.person
    with bumping([user.pk]):
        user.rights.own().filter(key__in=[change.key for change in review.changes]).delete()
        Right.objects.bulk_create(
            Right(user=user, key=change.key, source=change.after.source, reach=change.after.reach)
            for change in review.changes
            if change.after
        )
    user.forget_rights()
    record(
        actor=actor,
        action="user.rights_set",
        subject=Subject.of(user),
        before={change.key: change.before and str(change.before) for change in review.changes},
        after={change.key: change.after and str(change.after) for change in review.changes},
        reason=reason,
    )
