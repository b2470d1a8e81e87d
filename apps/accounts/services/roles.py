"""Roles of the shop's own come, are renamed and go; the five that Larder comes with stay as they are."""

import re
from typing import Final

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.errors import BuiltInRoleError, RoleInUseError, RoleTakenError
from apps.accounts.models import RoleGrant
from apps.accounts.permissions import Role
from apps.accounts.services.guarding import ensure_super_admin, take_turn
from apps.accounts.services.reviewing import grants_of
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import FieldError, InvalidInputError, NotFoundError

LONGEST: Final = 40  # it is the head of a column
UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f,]")  # lists of roles are told with commas between them


@transaction.atomic
def add_role(name: str, *, actor: Actor, copy_of: int | None = None, reason: str = "") -> Group:
    """A role of the shop's own; it gives what the one it is copied from gives, or nothing yet."""
    take_turn()
    ensure_super_admin(actor, key="roles.edit")
    model = locked_role(copy_of) if copy_of is not None else None
    group = Group.objects.create(name=_fit(name))
    grants = grants_of([model.pk])[model.pk] if model else {}
    RoleGrant.objects.bulk_create(
        RoleGrant(role=group, key=key, reach=reach) for key, reach in sorted(grants.items())
    )
    after = {"name": group.name, "copy_of": model.name if model else None, "keys": len(grants)}
    record(actor=actor, action="role.added", subject=Subject.of(group), after=after, reason=reason)
    return group


@transaction.atomic
def rename_role(role_id: int, *, name: str, actor: Actor, reason: str = "") -> Group:
    """Another name for a role of the shop's own; who is in it stays in it."""
    take_turn()
    ensure_super_admin(actor, key="roles.edit")
    group = locked_role(role_id)
    _ensure_own(group)
    before = group.name
    new = _fit(name, besides=group)
    if new == before:
        return group
    group.name = new
    group.save(update_fields=["name"])
    record(
        actor=actor,
        action="role.renamed",
        subject=Subject.of(group),
        before={"name": before},
        after={"name": new},
        reason=reason,
    )
    return group


@transaction.atomic
def remove_role(role_id: int, *, actor: Actor, reason: str = "") -> None:
    """A role of the shop's own goes, once nobody is in it."""
    take_turn()
    ensure_super_admin(actor, key="roles.edit")
    group = locked_role(role_id)
    _ensure_own(group)
    if inside := group.users.count():
        sentence = ngettext(
            "%(count)d person is in this role: change his roles first.",
            "%(count)d people are in this role: change their roles first.",
            inside,
        )
        raise RoleInUseError(sentence % {"count": inside})
    before = {"name": group.name, "keys": group.grants.count()}
    record(actor=actor, action="role.removed", subject=Subject.of(group), before=before, reason=reason)
    group.delete()


def locked_role(role_id: int) -> Group:
    """The role, held for the transaction. Raises NotFoundError."""
    group = Group.objects.select_for_update().filter(pk=role_id).first()
    if group is None:
        raise NotFoundError(_("There is no such role. Somebody may have removed it."))
    return group


def is_built_in(group: Group) -> bool:
    """Whether Larder itself asks for the role by its name."""
    return group.name in set(Role)


def _ensure_own(group: Group) -> None:
    if is_built_in(group):
        raise BuiltInRoleError(
            _("“%(role)s” comes with Larder: it keeps its name and stays.") % {"role": group}
        )


def _fit(name: str, *, besides: Group | None = None) -> str:
    """The name, free and fit to be shown. Raises InvalidInputError."""
    fit = " ".join(name.split())
    if not fit or len(fit) > LONGEST or UNPRINTED.search(fit):
        sentence = _("A role's name has 1 to %(most)d letters and no comma.") % {"most": LONGEST}
        raise InvalidInputError(sentence, errors=[FieldError("name", "unfit", sentence)])
    alike = Group.objects.filter(name__iexact=fit).first()
    if alike is not None and alike != besides:
        sentence = _("There is a role “%(role)s” already.") % {"role": fit}
        raise RoleTakenError(sentence, errors=[FieldError("name", "taken", sentence)])
    return fit
