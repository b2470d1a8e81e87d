"""One's photo: cleaned of all but its pixels, cut square, kept small."""

from hashlib import sha256
from typing import IO, Final

from django.db import transaction

from apps.accounts.models import Photo, User
from apps.accounts.services.guarding import ensure_may_manage, is_oneself, locked_person, roles_of
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.pictures import Kind, prepare

SIDE: Final = 640  # pixels of the longer side, before it is cut square


def set_photo(user_id: int, *, upload: IO[bytes], actor: Actor) -> User:
    """Another photo: one's own, or by who manages staff. Raises PictureRefusedError."""
    content = prepare(upload, kind=Kind.JPEG, most_side=SIDE, square=True).master.content
    with transaction.atomic():  # a child has opened the picture before: nobody waits for it here
        user = _held(user_id, actor)
        Photo.objects.update_or_create(user=user, defaults={"content": content})
        return _told(user, sha256(content).hexdigest()[:16], actor=actor, action="user.photo_changed")


@transaction.atomic
def remove_photo(user_id: int, *, actor: Actor) -> User:
    """No photo: initials stand in its place."""
    user = _held(user_id, actor)
    if not user.photo:
        return user
    Photo.objects.filter(user=user).delete()
    return _told(user, "", actor=actor, action="user.photo_removed")


def _held(user_id: int, actor: Actor) -> User:
    user = locked_person(user_id)
    if not is_oneself(actor, user):
        ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    return user


def _told(user: User, photo: str, *, actor: Actor, action: str) -> User:
    user.photo = photo
    user.save(update_fields=["photo"])
    record(actor=actor, action=action, subject=Subject.of(user))
    return user
