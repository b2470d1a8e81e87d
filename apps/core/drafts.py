"""Half-made work, kept on the server: it can be left at any time and taken up on another device."""

from collections.abc import Mapping

from django.utils import timezone

from apps.core.actors import Actor
from apps.core.models import Draft

Answers = Mapping[str, Mapping[str, list[str]]]


def draft_of(kind: str, *, actor: Actor) -> Draft | None:
    """What this person has begun."""
    return Draft.objects.filter(kind=kind, owner_kind=actor.kind, owner_id=actor.id).first()


def keep(kind: str, *, step: str, answers: Answers, actor: Actor) -> Draft:
    """Keep the answers, and the step to go on with."""
    draft, _made = Draft.objects.update_or_create(
        kind=kind,
        owner_kind=actor.kind,
        owner_id=actor.id,
        defaults={"step": step, "answers": answers, "kept_at": timezone.now()},
    )
    return draft


def drop(kind: str, *, actor: Actor) -> None:
    """Forget it: it is done, or begun anew."""
    Draft.objects.filter(kind=kind, owner_kind=actor.kind, owner_id=actor.id).delete()
