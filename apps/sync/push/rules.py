"""What the rules of several kinds have in common: a payload's value in, a complaint out."""

from collections.abc import Iterator
from decimal import Decimal

from apps.core.errors import FieldError
from apps.sync.push.declarations import Content
from apps.sync.push.shop import Item, Shop


def unknown(name: str, what: str, said: str) -> FieldError:
    """ERPNext has no such thing, as far as we know."""
    return FieldError(name, "unknown", f"“{said}” is no {what} that ERPNext has")


def above_nothing(content: Content, name: str) -> Iterator[FieldError]:
    """ERPNext takes 0 for "as the list says", and less than nothing as it is."""
    if content[name] <= Decimal(0):
        yield FieldError(name, "not-above-nothing", f"is {content[name]:f}; it has to be above nothing")


def not_below_nothing(content: Content, *names: str) -> Iterator[FieldError]:
    for name in names:
        if content[name] < Decimal(0):
            yield FieldError(name, "below-nothing", f"is {content[name]:f}, below nothing")


def whole_number(content: Content, name: str) -> Iterator[FieldError]:
    if content[name] < 0:
        yield FieldError(name, "below-nothing", f"is {content[name]}, below nothing")


def span(content: Content) -> Iterator[FieldError]:
    """Both days are in it."""
    first, last = content["valid_from"], content["valid_until"]
    if last and last < first:
        yield FieldError("valid_until", "before-start", f"is {last}, before it begins on {first}")


def of_item(shop: Shop, code: str, *, unit: str, at: str = "") -> Iterator[FieldError]:
    """That the item is one, and has the unit: ERPNext takes any, and then deals in ones of it."""
    yield from of_found_item(shop.item(code), code, unit=unit, at=at)


def of_found_item(item: Item | None, code: str, *, unit: str, at: str = "") -> Iterator[FieldError]:
    """The same of an item that has been asked for."""
    name = f"{at}item_code"
    if item is None:
        yield unknown(name, "item", code)
        return
    if not item.is_active:
        yield FieldError(name, "inactive", f"“{code}” is switched off in ERPNext")
    if item.is_template:
        yield FieldError(name, "template", f"“{code}” is a template: say which of its variants")
    if unit and unit not in item.units:
        known = ", ".join(sorted(item.units))
        yield FieldError(f"{at}unit", "unknown-unit", f"“{unit}” is no unit of “{code}”, which has {known}")


def places(name: str, number: Decimal, *, most: int) -> Iterator[FieldError]:
    """That ERPNext keeps each digit: of more places than these it rounds away without a word."""
    if number != round(number, most):
        said = f"is {number.normalize():f}, and ERPNext keeps {most} places behind the point of it"
        yield FieldError(name, "too-exact", said)
