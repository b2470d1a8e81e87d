"""XML from outside, element by element: nothing is kept, and whatever defines an entity is refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from apps.inventory.intake.limits import UnfitError

SMALL: Final = 4 * 1024 * 1024  # of a part whose elements are kept
Begun = Callable[[str, dict[str, str]], None]
Ended = Callable[[str], None]
Texts = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Element:
    """The name and the attributes of an element, both without their namespaces."""

    name: str
    attributes: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def elements(content: bytes) -> Iterator[Element]:
    """All elements of a small part, in their order. Raises UnfitError."""
    if len(content) > SMALL:
        raise UnfitError("bomb")
    found: list[Element] = []

    def begun(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(local(name), {local(key): value for key, value in attributes.items()}))

    if content:
        walk(content, begun=begun)
    return iter(found)


def walk(content: bytes, *, begun: Begun, ended: Ended | None = None, texts: Texts | None = None) -> None:
    """Go through a part. Raises UnfitError for what is no XML, and for definitions of entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refused
    parser.StartElementHandler = begun
    if ended:
        parser.EndElementHandler = ended
    if texts:
        parser.CharacterDataHandler = texts
    try:
        parser.Parse(content, True)
    except expat.ExpatError as why:
        raise UnfitError("damaged") from why


def _refused(*_definition: object) -> None:
    """A spreadsheet needs no document type; whoever brings one brings entities that grow."""
    raise UnfitError("entities")
