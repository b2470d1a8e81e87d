"""Which words a message has in a language: staff's, or those that its app brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError, FieldError, InvalidInputError, NotFoundError
from apps.notifications import message_kinds
from apps.notifications.message_kinds import MessageKind
from apps.notifications.models import MessageText
from apps.notifications.wording import Words, complaints


class TextChangedError(DomainError):
    """Somebody else saved another text while this one was written."""

    code = "text-changed"


@dataclass(frozen=True)
class TextNow:
    """The words that hold now: in which language they were found, and who wrote them."""

    words: Words
    language: str
    own: MessageText | None  # staff's; None: as the app brought them

    @property
    def stamp(self) -> str:
        """What whoever edits has seen: another stamp when he saves means that somebody was quicker."""
        return self.own.changed_at.isoformat() if self.own else ""


def text_now(kind: MessageKind, language: str) -> TextNow:
    """The first words along the chain of languages; in each, staff's come before the app's."""
    steps = list(message_kinds.chain(language))
    return _first(kind, steps, {text.language: text for text in _own(kind, steps)})


def words_for(kind: MessageKind, language: str, values: Mapping[str, object]) -> tuple[Words, str]:
    """A message ready to be told, and the language that it is in. Raises ValueError for other values."""
    if set(values) != kind.names:
        raise ValueError(f"“{kind.key}” is told with {sorted(kind.names)}, not with {sorted(values)}")
    found = text_now(kind, language)
    return found.words.filled(values), found.language


def _own(kind: MessageKind, languages: list[str]) -> list[MessageText]:
    return list(MessageText.objects.filter(kind=kind.key, language__in=languages))


def _first(kind: MessageKind, steps: list[str], own: Mapping[str, MessageText]) -> TextNow:
    for language in steps:
        text = own.get(language)
        # a release may take a variable away: then the app's words hold until staff have mended theirs
        if text is not None and not list(complaints(_words(text), kind.names)):
            return TextNow(_words(text), language, text)
        if language in kind.texts:
            return TextNow(kind.texts[language], language, None)
    raise LookupError(f"“{kind.key}” has no words at all")  # registering it saw to that


def _words(text: MessageText) -> Words:
    return Words(text.title, text.body)


@transaction.atomic
def save_text(
    kind_key: str,
    language: str,
    words: Words,
    *,
    actor: Actor,
    seen: str | None = None,
    at: datetime | None = None,
) -> MessageText:
    """Have a message say this in a language from now on; what was told already stays as it was said."""
    kind = _known(kind_key, language)
    clean = Words(words.title.strip(), words.body.replace("\r\n", "\n").strip())
    errors = [FieldError(field, "invalid", said) for field, said in complaints(clean, kind.names)]
    if errors:
        raise InvalidInputError(_("The text was not saved."), errors=errors)
    before = _locked(kind, language, seen=seen)
    text, _is_new = MessageText.objects.update_or_create(
        kind=kind.key,
        language=language,
        defaults={
            "title": clean.title,
            "body": clean.body,
            "changed_at": at or timezone.now(),
            "changed_by": actor.label[:200],
        },
    )
    _trace(kind, language, before, clean, action="message_text.changed", actor=actor)
    return text


@transaction.atomic
def reset_text(kind_key: str, language: str, *, actor: Actor) -> bool:
    """Back to the words that the message's app brought. Says whether there were others to give up."""
    kind = _known(kind_key, language)
    before = _locked(kind, language, seen=None)
    given_up, _each = MessageText.objects.filter(kind=kind.key, language=language).delete()
    if not given_up:
        return False
    after = text_now(kind, language).words
    _trace(kind, language, before, after, action="message_text.reset", actor=actor)
    return True


def _known(kind_key: str, language: str) -> MessageKind:
    kind = message_kinds.kind_if_known(kind_key)
    if kind is None or language not in message_kinds.languages():
        raise NotFoundError(_("There is no such message, or no such language."))
    return kind


def _locked(kind: MessageKind, language: str, *, seen: str | None) -> Words:
    """The words so far, once nobody else is writing them. ``seen`` refuses to overwrite unseen words."""
    with connection.cursor() as cursor:  # a row that is not there yet cannot be locked
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"text:{kind.key}:{language}"])
    own = MessageText.objects.filter(kind=kind.key, language=language).first()
    stamp = own.changed_at.isoformat() if own else ""
    if seen is not None and seen != stamp:
        who = own.changed_by if own else _("Somebody")
        raise TextChangedError(
            _("%(who)s has changed this text meanwhile: look at it before you save yours.") % {"who": who}
        )
    return _words(own) if own else text_now(kind, language).words


def _trace(
    kind: MessageKind, language: str, before: Words, after: Words, *, action: str, actor: Actor
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=Subject("notifications.messagetext", f"{kind.key}/{language}", f"{kind.title} ({language})"),
        before={"title": before.title, "text": before.body},
        after={"title": after.title, "text": after.body},
    )
