"""The template is a file that we read ourselves, and its example is nobody's order."""

from io import BytesIO

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from apps.inventory.intake import Field, FileKind, Level, open_file, read_lines, template
from tests.inventory.intake.files import TODAY, codes, one, read, said


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_template_is_known_again_column_by_column(kind: FileKind, language: str) -> None:
    with override(language):
        content = template(kind)
    table = open_file(content)
    assert dict(table.columns.chosen) == {field: index for index, field in enumerate(Field)}
    assert len(table.rows) == 1


def test_its_example_is_left_out_and_said_and_would_be_a_good_line() -> None:
    reading = read(template(FileKind.CSV))
    assert reading.lines == ()
    assert said(reading) == ["Row 2: This is the template's example; the row is left out."]
    (line,) = read(template(FileKind.CSV).replace(b"Example: ", b"")).lines
    assert (line.name, line.part_number, line.barcode) == ("semi-skimmed milk 1 L", "MLK-1L", "5012345678900")


def test_rows_below_the_example_are_lines() -> None:
    content = template(FileKind.CSV) + "Crème,1.20,2.00,5\r\n".encode()
    assert [(line.place, line.name) for line in read(content).lines] == [(0, "Crème")]


def test_the_workbook_says_on_a_sheet_of_notes_what_each_column_may_hold() -> None:
    book = load_workbook(BytesIO(template(FileKind.XLSX)))
    notes = [tuple(cell.value for cell in row) for row in book["Notes"].iter_rows()]
    assert [note[0] for note in notes[: len(Field)]] == [field.label for field in Field]
    assert [note[1] for note in notes[:5]] == ["needed", "needed", "needed", "needed", "may be left out"]
    assert notes[-1][0] == "At most 5,000 rows and 5 MB. The example row is left out."
    table = open_file(template(FileKind.XLSX))
    assert one(table, "other-sheets").level is Level.NOTICE
    assert codes(read_lines(table, today=TODAY), Level.NOTICE) == [("example-row", 2)]
