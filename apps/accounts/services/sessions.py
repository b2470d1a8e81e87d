"""Sign-ins that last: ended with the right to sign in, cleared away once they have run out."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actors import Actor


def end_sessions(user: User, *, because: str = "") -> int:
    """End every session of a person, so that none comes back to life with him. Says how many."""
    # whose a session is stands inside it: staff's live ones are few enough to look into
    live = Session.objects.filter(expire_date__gte=timezone.now()).iterator()
    his = [session.pk for session in live if session.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=his).delete()[0]


def prune_sessions(*, at: datetime, actor: Actor) -> int:
    """Remove sessions that have run out. Says how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]
