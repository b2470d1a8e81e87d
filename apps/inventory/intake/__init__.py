"""A supplier's file, read: bytes in, a table with proposed columns out, then lines or what is wrong.

It knows no database. ``open_file`` tells what the file is and what its columns probably are; ``read_lines``
gives the lines and every finding, by the columns that a person has confirmed. Whole files are refused by
``FileRefusedError`` alone.
What is read and said: docs/supplier-files.md; why so: docs/adr/0230, 0231.
"""

from apps.inventory.intake.cells import letter, shown
from apps.inventory.intake.columns import Columns, Origin
from apps.inventory.intake.fields import REQUIRED, Field
from apps.inventory.intake.findings import Finding, Findings, Level
from apps.inventory.intake.lines import Line, Reading
from apps.inventory.intake.opening import Table, open_file
from apps.inventory.intake.packs import Pack
from apps.inventory.intake.reading import read_lines
from apps.inventory.intake.refusals import FileRefusedError
from apps.inventory.intake.sheets import Dialect, FileKind
from apps.inventory.intake.template import template

__all__ = (
    "REQUIRED",
    "Columns",
    "Dialect",
    "Field",
    "FileKind",
    "FileRefusedError",
    "Finding",
    "Findings",
    "Level",
    "Line",
    "Origin",
    "Pack",
    "Reading",
    "Table",
    "letter",
    "open_file",
    "read_lines",
    "shown",
    "template",
)
