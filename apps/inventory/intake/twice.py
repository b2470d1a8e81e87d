"""Lines that are the same item twice: seldom meant, and seen by nobody in a long file."""

from collections.abc import Iterator, Mapping, Sequence

from apps.inventory.intake.cells import letter
from apps.inventory.intake.fields import Field
from apps.inventory.intake.findings import Finding, Level
from apps.inventory.intake.lines import Line
from apps.inventory.intake.vocabulary import folded


def said_twice(
    lines: Sequence[Line], chosen: Mapping[Field, int], headers: Sequence[str]
) -> Iterator[Finding]:
    """A warning for each line that says an item again. Another expiry is another batch."""
    first: dict[tuple[object, ...], int] = {}
    for line in lines:
        field, key = _item(line)
        earlier = first.setdefault((field, key, line.expiry), line.row)
        if earlier == line.row:
            continue
        column = chosen[field]
        facts: dict[str, str | int] = {"value": str(getattr(line, field.value)), "other": str(earlier)}
        yield Finding(Level.WARNING, "same-item", line.row, letter(column), headers[column], facts)


def _item(line: Line) -> tuple[Field, str]:
    """What an item is known by: its part number, else its barcode, else its name."""
    if line.part_number:
        return Field.PART_NUMBER, line.part_number.casefold()
    if line.barcode:
        return Field.BARCODE, line.barcode
    return Field.NAME, folded(line.name) or line.name
