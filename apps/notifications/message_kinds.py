"""What recipients can be told. Each upper app registers its kinds in its ``notices.py``::

    ON_ITS_WAY = MessageKind(
        key="orders.on_its_way",
        title=_("An order is on its way"),
        category=Category.ORDERS,
        can_be_refused=False,
        is_urgent=True,
        variables=(Variable("number", _("Order number"), "SAL-1042"),),
        texts={"en": Words("Your order {number} is on its way", "…"), "ar": Words("…")},
    )
    register(ON_ITS_WAY)

and tells somebody with ``tell(recipient, ON_ITS_WAY, {"number": …}, once=…, actor=…)``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

from apps.notifications.states import Category
from apps.notifications.wording import Words, complaints


@dataclass(frozen=True)
class Variable:
    """What a text can name, and an example of it for whoever writes the text."""

    name: str
    meaning: str | Promise
    sample: str


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """A kind of message: what it may say, in which languages, and whether one can do without it."""

    key: str
    title: str | Promise
    category: Category
    texts: Mapping[str, Words]  # by language; the last language of every fall-back must be there
    variables: tuple[Variable, ...] = ()
    can_be_refused: bool = True  # not where the law or the order itself needs it told
    is_urgent: bool = False  # passes quiet hours

    @property
    def samples(self) -> dict[str, str]:
        return {variable.name: variable.sample for variable in self.variables}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.samples)


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> None:
    """Let messages of this kind be told. Raises ValueError for one whose own words cannot be used."""
    if last_resort() not in kind.texts:
        raise ValueError(f"“{kind.key}” has no words in “{last_resort()}”, where every fall-back ends")
    for language, words in kind.texts.items():
        for field, sentence in complaints(words, kind.names):
            raise ValueError(f"“{kind.key}” ({language}, {field}): {sentence}")
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"there is another kind of message called “{kind.key}”")


def kind_of(key: str) -> MessageKind:
    """The kind of a key. Raises LookupError for one that nobody registered."""
    return _kinds[key]


def kind_if_known(key: str) -> MessageKind | None:
    """The kind of a message that was told; None when a later release no longer has it."""
    return _kinds.get(key)


def kinds() -> list[MessageKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.key)


def forget(key: str) -> None:
    """Take a kind away again (a test does; the running house never does)."""
    _kinds.pop(key, None)


def languages() -> dict[str, str]:
    """The languages that the shop speaks, by code."""
    return {code: str(name) for code, name in settings.LANGUAGES}


def last_resort() -> str:
    """The language in which everything can be said."""
    return str(settings.MODELTRANSLATION_FALLBACK_LANGUAGES[-1])


def chain(language: str) -> Iterator[str]:
    """Where to look for words, in order: “pt-br”, “pt”, and the shop's own fall-backs."""
    asked = language.lower().replace("_", "-")
    yield from dict.fromkeys(
        [asked, asked.partition("-")[0], *settings.MODELTRANSLATION_FALLBACK_LANGUAGES, last_resort()]
    )
