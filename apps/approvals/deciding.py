"""The door to an item, whichever edge a person comes by: what he may see, and what he may decide."""

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.approvals import registry
from apps.approvals.models import Item
from apps.core.access import may
from apps.core.errors import NotFoundError, PermissionDeniedError


def seen_by(person: User, item_id: int) -> Item:
    """The item, for somebody who may see it; for anybody else it is not there."""
    item = Item.objects.visible_to(person).select_related("assignee").filter(pk=item_id).first()
    if item is None:
        raise NotFoundError(_("There is no such To Do item, or it is not yours to see."))
    return item


def to_decide(person: User, item_id: int) -> Item:
    """The item, for somebody who may decide it. That it is not his own, the verb itself sees to."""
    item = seen_by(person, item_id)
    key = registry.kind_of(item.kind).permission_key
    if not may(person, key):
        raise PermissionDeniedError(
            _("Deciding this needs the right “%(key)s”, which you do not have.") % {"key": key}
        )
    return item


def to_turn_down(person: User, item_id: int) -> Item:
    """The item, for whoever may decide it, or made it and takes it back."""
    item = seen_by(person, item_id)
    if (item.maker_kind, item.maker_id) == ("staff", str(person.pk)):
        return item
    return to_decide(person, item_id)


def can_decide(person: User, item: Item) -> bool:
    """Whether the buttons make sense: the right key, and somebody else's work."""
    is_own = (item.maker_kind, item.maker_id) == ("staff", str(person.pk))
    return item.kind in registry.kinds_decided_by(person) and not is_own
