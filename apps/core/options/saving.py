"""How settings change: a group at a time, all of it or none, every difference in the audit trail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError, FieldError, InvalidInputError
from apps.core.models import AuditEntry, OptionValue
from apps.core.options import reading
from apps.core.options.groups import option_called, parts_of
from apps.core.options.kinds import Option

SUBJECT = "core.option"


@dataclass(frozen=True)
class Change:
    """What a setting was and is to be. ``is_reset``: back to its default."""

    option: Option[Any]
    before: Any
    after: Any
    is_reset: bool

    @property
    def was(self) -> str:
        return self.option.shown(self.before)

    @property
    def now(self) -> str:
        return self.option.shown(self.after)


def changes(values: Mapping[str, Any]) -> list[Change]:
    """What saving these would change, without writing. Raises InvalidInputError with all mistakes at once."""
    errors: list[FieldError] = []
    wanted: dict[str, Any] = {}
    for key, raw in values.items():
        try:
            wanted[key] = _sound(key, raw)
        except ValueError as why:
            errors.append(FieldError(field=key, code="invalid", message=_sentence(why)))
    errors = errors or list(_mismatches(wanted))
    if errors:
        raise InvalidInputError(_not_saved(len(errors)), errors=errors)
    return list(_differing(wanted))


def _not_saved(mistakes: int) -> str:
    said = ngettext(
        "Nothing was saved: %(count)d setting has to be corrected.",
        "Nothing was saved: %(count)d settings have to be corrected.",
        mistakes,
    )
    return said % {"count": mistakes}


def _allowed(key: str) -> Option[Any]:
    option = option_called(key)
    if option is None:
        raise ValueError(_("there is no such setting"))
    if reading.is_fixed(option):
        raise ValueError(_("the environment fixes this: change %(name)s there") % {"name": option.variable})
    return option


def _sound(key: str, raw: Any) -> Any:
    option = _allowed(key)
    value = option.parse(raw)
    if amiss := option.amiss(value):
        raise ValueError(amiss)
    return value


def _sentence(why: ValueError) -> str:
    text = str(why)
    return f"{text[:1].upper()}{text[1:]}."


def _mismatches(wanted: Mapping[str, Any]) -> Iterator[FieldError]:
    """What the groups say of the new values together with those that stay."""
    for group in dict.fromkeys(key.partition(".")[0] for key in wanted):
        for part in parts_of(group):
            together = {option.name: _coming(option, wanted) for option in part.own_options()}
            yield from part.check_together(together)


def _coming(option: Option[Any], wanted: Mapping[str, Any]) -> Any:
    if option.key not in wanted:
        return reading.value_of(option)
    return option.default if wanted[option.key] is None else wanted[option.key]


def _differing(wanted: Mapping[str, Any]) -> Iterator[Change]:
    kept = dict(OptionValue.objects.filter(key__in=wanted).values_list("key", "value"))
    for key, value in wanted.items():
        option = _allowed(key)
        before, after = reading.value_of(option), option.default if value is None else value
        is_reset = value is None
        if before != after or is_reset == (key in kept):
            yield Change(option=option, before=before, after=after, is_reset=is_reset)


class ChangedMeanwhileError(DomainError):
    """What would be saved is no longer what was shown: somebody else has saved."""

    code = "changed-meanwhile"


@transaction.atomic
def save(
    values: Mapping[str, Any], *, actor: Actor, reason: str = "", seen: list[Change] | None = None
) -> list[Change]:
    """Save settings by key, all or none; None (or nothing typed) puts one back to its default.

    Returns what changed. Raises InvalidInputError with every mistake at once, and ChangedMeanwhileError
    where that would be anything but what the person has ``seen``.
    """
    with connection.cursor() as cursor:  # savers one after the other, readers undisturbed
        cursor.execute("LOCK TABLE core_optionvalue IN SHARE ROW EXCLUSIVE MODE")
    reading.forget()
    made = changes(values)
    if seen is not None and made != seen:
        raise ChangedMeanwhileError(_("Somebody else has just changed these settings. Nothing was saved."))
    for change in made:
        _write(change, actor=actor, reason=reason)
    reading.forget()
    transaction.on_commit(reading.forget)
    return made


def _write(change: Change, *, actor: Actor, reason: str) -> None:
    option = change.option
    if change.is_reset:
        OptionValue.objects.filter(key=option.key).delete()
    else:
        OptionValue.objects.update_or_create(key=option.key, defaults={"value": option.stored(change.after)})
    audit.record(
        actor=actor,
        action="option.reset" if change.is_reset else "option.changed",
        subject=Subject(kind=SUBJECT, id=option.key, label=str(option.title)),
        before={"value": change.was},
        after={"value": change.now},
        reason=reason,
    )


def reset(key: str, *, actor: Actor, reason: str = "") -> list[Change]:
    """Put one setting back to its default."""
    return save({key: None}, actor=actor, reason=reason)


def last_changes(keys: list[str]) -> dict[str, AuditEntry]:
    """Who changed each of these settings last, and when."""
    entries = (
        AuditEntry.objects.filter(subject_kind=SUBJECT, subject_id__in=keys)
        .order_by("subject_id", "-id")
        .distinct("subject_id")
    )
    return {entry.subject_id: entry for entry in entries}
