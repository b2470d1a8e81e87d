"""Every sentence about a supplier's file: why one is not taken, and what was found in one that is."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.inventory.intake.limits import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SIGNS,
)

LIMITS: Final[Mapping[str, str]] = {
    "most_megabytes": str(MOST_BYTES // 1024 // 1024),
    "most_rows": f"{MOST_ROWS:,}",
    "most_columns": str(MOST_COLUMNS),
    "most_signs": f"{MOST_SIGNS:,}",
}
REFUSALS: Final[dict[str, Promise]] = {
    "empty": _("The file is empty. Choose it again, or save it anew first."),
    "no-rows": _("The file has a header and no row below it. Choose the file that has the lines."),
    "one-column": _(
        "Everything stands in one column. Save the table as XLSX, or as CSV with commas, semicolons or tabs."
    ),
    "too-many-bytes": _(
        "The file has %(megabytes)s MB; at most %(most_megabytes)s MB are taken. Split it, or save only"
        " the sheet"
        " with the lines."
    ),
    "too-many-rows": _(
        "The file has %(rows)s rows; at most %(most_rows)s are taken. Split it into several files."
    ),
    "too-many-lines": _(
        "The file has %(lines)s lines, nearly all of it blank. Copy the rows into a new file."
    ),
    "too-many-columns": _(
        "Row %(row)s has %(columns)s columns; at most %(most_columns)s are taken. Delete what is not"
        " needed, or save"
        " the file with another separator."
    ),
    "too-long-cell": _(
        "Row %(row)s, column %(column)s holds a text of more than %(most_signs)s signs. Shorten it; a"
        " quotation mark"
        " that is never closed does this too."
    ),
    "too-long-row": _("Row %(row)s holds a text of more than %(most_signs)s signs. Shorten it."),
    "too-much-text": _("The texts of the sheet are too long together. Copy the lines alone into a new file."),
    "too-spread": _(
        "The sheet reaches from row %(first)s to row %(last)s and over %(columns)s columns, nearly all of"
        " it blank."
        " Copy the lines into a new file."
    ),
    "open-quote": _(
        "A quotation mark in row %(row)s (line %(line)s of the file) is never closed. Close it or delete it."
    ),
    "mixed-encodings": _(
        "Line %(line)s is written in %(here)s, lines before it in %(before)s. Open the file in a"
        " spreadsheet, put the"
        " letters right, and save it as “CSV UTF-8” or XLSX."
    ),
    "mixed-line": _(
        "Line %(line)s is written partly in UTF-8 and partly in Windows-1252. Open the file in a"
        " spreadsheet, put the"
        " letters right, and save it as “CSV UTF-8” or XLSX."
    ),
    "unknown-encoding": _(
        "Line %(line)s holds signs that are neither UTF-8, UTF-16 nor Windows-1252. Save the file as “CSV"
        " UTF-8” or"
        " XLSX."
    ),
    "broken-utf-16": _(
        "The file is UTF-16 and broken in line %(line)s. Save it anew as “CSV UTF-8” or XLSX."
    ),
    "binary": _(
        "This is not a table: line %(line)s holds signs that no text has. CSV and XLSX files are taken."
    ),
    "pdf": _(
        "This is a PDF. Ask the supplier for the invoice as XLSX or CSV, or copy its table into a"
        " spreadsheet."
    ),
    "old-excel": _("This is an old Excel file (XLS). Open it and save it as “Excel Workbook (.xlsx)”."),
    "excel-binary": _("This is a binary Excel file (XLSB). Open it and save it as “Excel Workbook (.xlsx)”."),
    "opendocument": _(
        "This is an OpenDocument file (ODS). Open it and save it as “Excel Workbook (.xlsx)” or as CSV."
    ),
    "numbers": _("This is a Numbers file. Export it to Excel or CSV first."),
    "password": _(
        "The workbook is protected by a password. Open it, take the password off, and save it again."
    ),
    "html": _(
        "This is a web page with the name of a spreadsheet. Open it in a spreadsheet and save it as"
        " “Excel Workbook"
        " (.xlsx)”."
    ),
    "xml": _("This is an XML file. Open it in a spreadsheet and save it as “Excel Workbook (.xlsx)”."),
    "other-kind": _("%(kind)s is not taken. Save the table as XLSX or CSV."),
    "archive": _("This is a ZIP archive. Unpack it and choose the file inside."),
    "damaged": _("The workbook is damaged or cut short. Open it, save it anew, and choose that file."),
    "no-sheet": _("The workbook has no sheet with cells. Save the sheet with the lines as XLSX."),
    "bomb": _(
        "The workbook unpacks to more than it may. Copy the lines alone into a new file, without pictures and"
        " formats."
    ),
    "entities": _("The workbook holds an XML definition that no spreadsheet writes. Save it anew as XLSX."),
    "too-heavy": _(
        "The workbook takes too long or too much memory to open. Copy the lines alone into a new file."
    ),
    "columns-missing": _("Choose the column of: %(fields)s."),
    "column-twice": _("Column %(column)s is chosen twice, once as %(field)s. Choose each once."),
    "columns-beyond": _("Column %(column)s is not in the file. Choose the columns again."),
}
FINDINGS: Final[dict[str, Promise]] = {
    # what makes a row bad
    "blank": _("%(field)s is empty. Fill it in."),
    "merged": _("%(field)s is merged with the cell %(cell)s. Take the cells apart and fill in each."),
    "only-a-name": _(
        "The row has a name and neither prices nor a quantity. Fill them in, or delete the row."
    ),
    "total-between": _("“%(value)s” looks like a sum between the lines. Delete the row."),
    "error-cell": _("The cell shows the error %(value)s. Mend the formula, or type the value."),
    "no-value": _(
        "The formula in this cell has no value. Open the file in a spreadsheet, save it, and choose it again."
    ),
    "formula": _("“%(value)s” is a formula. Type the value instead."),
    "not-a-number": _("“%(value)s” is not a number. Type digits only, such as 12.50."),
    "shortened-number": _("“%(value)s” is a number that the spreadsheet has shortened. Type it in full."),
    "ambiguous-number": _(
        "“%(value)s” can be %(one)s or %(other)s, and the column writes numbers both ways. Write all alike."
    ),
    "a-date": _(
        "The cell holds the date %(value)s. Type the value again, with the column formatted as text."
    ),
    "negative": _("%(value)s is below zero. A return does not belong into a delivery: delete the row."),
    "not-above-zero": _("%(value)s is not above zero. Type what was delivered, or delete the row."),
    "too-large": _("%(value)s is above %(most)s. Check it."),
    "too-many-places": _("%(value)s has more than %(places)s places after the point. Round it."),
    "vat-unclear": _("%(value)s can be a share or a percentage. Write it with a percent sign, such as 20%%."),
    "not-a-date": _("“%(value)s” is not a date. Type it as 2027-01-31."),
    "ambiguous-date": _(
        "“%(value)s” can be %(one)s or %(other)s, and the column writes dates both ways. Type it as"
        " 2027-01-31."
    ),
    "date-out-of-range": _("The date %(value)s is not between 2000 and 2099. Check it."),
    "not-a-pack": _("“%(value)s” is not a pack size. Type the number of pieces, such as 6 or 6 x 1 L."),
    "too-long": _("The text has %(signs)s signs; at most %(most)s are taken. Shorten it."),
    "swallowed-rows": _("A quotation mark in this row is closed in a later one. Close it, or delete it."),
    "not-a-barcode": _("“%(value)s” is not a barcode. Type its digits, with the column formatted as text."),
    # what is taken, and should be looked at
    "zero-price": _("The buy price is 0. Free goods?"),
    "rounded": _("%(value)s has more than %(places)s places; %(taken)s is taken."),
    "ambiguous-column": _(
        "“%(value)s” can be %(one)s or %(other)s. Nothing in this column tells which; %(taken)s is taken."
    ),
    "ambiguous-dates": _(
        "“%(value)s” can be %(one)s or %(other)s. Nothing in this column tells which; the day is taken to"
        " come first."
    ),
    "expired": _("%(value)s is past."),
    "far-expiry": _("%(value)s is more than ten years ahead. Check the year."),
    "check-digit": _("The last digit of barcode %(value)s does not fit the others. Check it."),
    "date-as-code": _(
        "The spreadsheet has made the date %(value)s of what was typed. Type it again, with the column"
        " formatted as"
        " text."
    ),
    "same-item": _("“%(value)s” stands in row %(other)s too. Delete one if it was delivered once."),
    "other-money": _("The column writes %(money)s; the price is taken as %(currency)s."),
    "several-moneys": _("The column writes prices in more than one currency: %(money)s."),
    # what was done with the file
    "windows-1252": _("The file is read as Windows-1252. Check that accents and signs are right."),
    "no-header": _("The file has no header; the columns are taken in the order of the template. Check them."),
    "unknown-header": _("No header of the first rows is known. Choose the columns."),
    "above-header": _("The header is row %(row)s; what stands above it is left out."),
    "repeated-header": _("The header stands here again; the row is left out."),
    "example-row": _("This is the template's example; the row is left out."),
    "left-out-total": _("“%(value)s” is a sum, not a line; the row is left out."),
    "below-total": _("“%(value)s” stands below the sums; the row is left out."),
    "hidden-column": _("The column is hidden in the spreadsheet, and read like the others."),
    "hidden-rows": _("Rows are hidden in the spreadsheet, and read like the others: %(rows)s."),
    "other-sheets": _("Only the first sheet is read, “%(sheet)s”; the workbook has %(sheets)s."),
    "discount-column": _("“%(value)s” is not worked in: the buy price must be what is paid."),
    "vat-as-share": _("VAT rates are written as shares of one; %(value)s is taken as %(taken)s %%."),
    "doubled-column": _("%(field)s can be more than one column: %(columns)s. Choose one."),
    "remembered": _("The columns are those that were chosen for this supplier before."),
}


def worded(sentence: Promise | str, facts: Mapping[str, str | int]) -> str:
    """A sentence with what it names, in the reader's language; counts with thousands apart."""
    named = {name: _number(value) if isinstance(value, int) else value for name, value in facts.items()}
    return str(sentence) % {**LIMITS, **named}


def _number(value: int) -> str:
    return f"{value:,}"
