"""What a column as a whole leaves in doubt, said once: what was taken, and at which cell to check it."""

from collections.abc import Iterator, Mapping, Sequence

from apps.inventory.intake.cells import Cell, SheetRow, letter, plain
from apps.inventory.intake.fields import Field
from apps.inventory.intake.findings import Finding, Level
from apps.inventory.intake.opening import Table
from apps.inventory.intake.values import HUNDRED, DateColumn, NumberColumn
from apps.inventory.intake.vocabulary import money, money_in

PRICES = (Field.BUY_PRICE, Field.SELL_PRICE)


def about_columns(
    table: Table,
    chosen: Mapping[Field, int],
    columns: Mapping[Field, NumberColumn],
    expiry: DateColumn | None,
    rows: Sequence[SheetRow],
    *,
    currency: str,
) -> Iterator[Finding]:
    """The doubts about each column of a table."""
    for field, column in columns.items():
        if isinstance(column.doubtful, str):
            facts = column.both(column.doubtful)
            facts["taken"] = facts["one"] if column.sign == "." else facts["other"]
            yield _at(table, chosen[field], rows, column.doubtful, "ambiguous-column", facts)
    if expiry and isinstance(expiry.doubtful, str):
        facts = expiry.both(expiry.doubtful)
        yield _at(table, chosen[Field.EXPIRY], rows, expiry.doubtful, "ambiguous-dates", facts)
    yield from _about_rates(table, chosen, columns.get(Field.VAT_RATE), rows)
    yield from _about_money(table, chosen, columns, currency)


def _at(
    table: Table, index: int, rows: Sequence[SheetRow], cell: Cell, code: str, facts: Mapping[str, str | int]
) -> Finding:
    """A finding at the first row that holds the cell."""
    row = next(row.number for row in rows if row.at(index) == cell)
    return Finding(Level.WARNING, code, row, letter(index), table.headers[index], facts)


def _about_rates(
    table: Table, chosen: Mapping[Field, int], column: NumberColumn | None, rows: Sequence[SheetRow]
) -> Iterator[Finding]:
    if column is None or not column.are_shares:
        return
    index = chosen[Field.VAT_RATE]
    for row in rows:
        cell = row.at(index)
        value = column.readable_value(cell)
        if value:
            facts: dict[str, str | int] = {"value": plain(value / HUNDRED), "taken": plain(value)}
            yield Finding(
                Level.NOTICE, "vat-as-share", column=letter(index), header=table.headers[index], facts=facts
            )
            return


def _about_money(
    table: Table, chosen: Mapping[Field, int], columns: Mapping[Field, NumberColumn], currency: str
) -> Iterator[Finding]:
    for field in PRICES:
        index, header = chosen[field], table.headers[chosen[field]]
        signs = sorted({*columns[field].money, *money_in(header)})
        if not signs:
            continue
        facts = {"money": ", ".join(signs), "currency": currency}
        possible = [money().get(sign.casefold(), frozenset()) for sign in signs]
        if not frozenset.intersection(*possible):
            yield Finding(Level.WARNING, "several-moneys", column=letter(index), header=header, facts=facts)
        elif currency and currency not in frozenset.intersection(*possible):
            yield Finding(Level.WARNING, "other-money", column=letter(index), header=header, facts=facts)
