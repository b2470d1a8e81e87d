"""The door to an item, whichever edge a person comes by: what he may see, and what he may decide."""

from typing import Final

from django.utils.translation import gettext as _

from apps.accounts.models import Right, User
from apps.approvals import registry
from apps.approvals.models import Item
from apps.core.access import may
from apps.core.errors import FieldError, InvalidInputError, NotFoundError, PermissionDeniedError

APPROVES: Final = "todo.approve"


def seen_by(person: User, item_id: int) -> Item:
    """The item, for somebody who may see it; for anybody else it is not there."""
    item = Item.objects.visible_to(person).select_related("assignee").filter(pk=item_id).first()
    if item is None:
        raise NotFoundError(_("There is no such To Do item, or it is not yours to see."))
    return item


def to_decide(person: User, item_id: int) -> Item:
    """The item, for somebody who may decide it. That it is not his own, the verb itself sees to."""
    item = seen_by(person, item_id)
    kind = registry.kind_if_known(item.kind)
    if kind is None:
        raise NotFoundError(
            _("This release of Larder no longer decides such items: take it back or leave it.")
        )
    key = kind.permission_key
    if not may(person, key):
        raise PermissionDeniedError(
            _("Deciding this needs the right “%(key)s”, which you do not have.") % {"key": key}
        )
    return item


def to_turn_down(person: User, item_id: int) -> Item:
    """The item, for whoever may decide it, or made it and takes it back."""
    item = seen_by(person, item_id)
    if is_made_by(person, item):
        return item
    if not may(person, APPROVES):
        raise PermissionDeniedError(
            _("Turning down another's work needs the right “%(key)s”.") % {"key": APPROVES}
        )
    return to_decide(person, item_id)


def can_decide(person: User, item: Item) -> bool:
    """Whether the buttons make sense: the right key, and somebody else's work."""
    return item.kind in registry.kinds_decided_by(person) and not is_made_by(person, item)


def is_made_by(person: User, item: Item) -> bool:
    return (item.maker_kind, item.maker_id) == ("staff", str(person.pk))


def colleagues(kind: registry.ItemKind) -> list[User]:
    """Who could take an item of the kind: whoever holds its key and may sign in."""
    holders = Right.objects.holders_of(kind.permission_key)
    return list(User.objects.filter(is_active=True, pk__in=holders).order_by("full_name", "pk"))


def colleague(item: Item, user_id: str | int) -> User:
    """Whom an item is given to. Raises InvalidInputError for who could not decide it."""
    for person in colleagues(registry.kind_of(item.kind)):
        if str(person.pk) == str(user_id):
            return person
    sentence = _("Choose somebody who may decide this.")
    raise InvalidInputError(
        sentence, code="unknown-person", errors=[FieldError("to", "unknown-person", sentence)]
    )
