"""Sales Invoices: paid at the till or on account, taken back, cancelled and amended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.loyalty import REDEEMED, Ledger
from apps.sync.demo.grocer.rows import TILL, Books, Inside, pounds, stamp
from apps.sync.demo.grocer.sheet import Sheet, write
from apps.sync.demo.grocer.stock import Shelf

INVOICE: Final = "Sales Invoice"
CREDIT: Final = timedelta(days=30)


class Invoices:
    """Writes invoices, with what each of them moves: stock, points and money."""

    def __init__(self, books: Books, shelf: Shelf, ledger: Ledger) -> None:
        self.books, self.shelf, self.ledger = books, shelf, ledger
        self.returnable: list[Sheet] = []

    def at_till(self, sheet: Sheet) -> None:
        """A sale that is paid as it is made."""
        redeems = self.ledger.offered(sheet.person, sheet.at.date()) and self.books.chance.random() < 0.4
        sheet.add_up()
        redeems = redeems and sheet.grand > 2 * REDEEMED
        worth = REDEEMED if redeems else 0
        self._move(sheet)
        write(
            self.books,
            sheet,
            docstatus=1,
            **self._paid(sheet, worth),
            update_stock=1,
            redeem_loyalty_points=int(redeems),
            loyalty_points=REDEEMED if redeems else 0,
            loyalty_amount=pounds(worth),
            loyalty_redemption_account="Marketing Expenses - CG" if redeems else None,
            loyalty_program=sheet.person.program,
        )
        self._payment(sheet, sheet.owed - worth, docstatus=1)
        self._after(sheet, worth)
        if redeems:
            self.ledger.redeem(sheet.person, sheet.grand, invoice=(INVOICE, sheet.name), at=sheet.at)
        elif sheet.discount == 0 and not sheet.has_vat:
            self.returnable.append(sheet)

    def on_account(self, sheet: Sheet, *, update_stock: bool = True) -> None:
        """A sale that is owed for a month: paid since, in part, or not."""
        if update_stock:
            self._move(sheet)
        sheet.add_up()
        status, left, paid_on = self._settled(sheet.owed, sheet.at.date())
        write(
            self.books,
            sheet,
            docstatus=1,
            status=status,
            is_pos=0,
            update_stock=int(update_stock),
            due_date=(sheet.at.date() + CREDIT).isoformat(),
            outstanding_amount=pounds(left),
            paid_amount=0.0,
            loyalty_program=sheet.person.program,
            po_no=f"PO-{self.books.chance.randrange(1000, 9999)}" if sheet.person.is_trade else "",
        )
        if paid_on and sheet.row:
            paid_at = max(self.books.moment(paid_on, 10, spread=6), sheet.at + timedelta(minutes=5))
            sheet.row["modified"] = stamp(min(paid_at, self.books.moment(self.books.today, 0)))
        self._schedule(sheet, left)
        self._after(sheet, 0)

    def merged(self, sheet: Sheet, *, paid: int) -> None:
        """The sum of a customer's till sales: it moves the stock and brings no points a second time."""
        self._move(sheet)
        money = {"paid_amount": pounds(paid), "base_paid_amount": pounds(paid), "pos_profile": "Front till"}
        values = self._paid(sheet, 0) | money | {"is_consolidated": 1, "update_stock": 1}
        write(self.books, sheet, docstatus=1, **values)
        self._payment(sheet, paid, docstatus=1)

    def drafted(self, sheet: Sheet) -> None:
        """A sale that somebody began to type."""
        write(self.books, sheet, docstatus=0, **self._paid(sheet, 0) | {"status": "Draft"}, update_stock=1)
        self._payment(sheet, sheet.owed, docstatus=0)

    def cancelled(self, sheet: Sheet) -> None:
        """A sale with a mistake in it: cancelled within the half hour; it moves no points and no stock."""
        row = write(
            self.books, sheet, docstatus=2, **self._paid(sheet, 0) | {"status": "Cancelled"}, update_stock=1
        )
        self._payment(sheet, sheet.owed, docstatus=2)
        row["modified"] = stamp(sheet.at + timedelta(minutes=18))

    def amended(self, sheet: Sheet, *, again: int) -> Sheet:
        """The same sale once more under the next name, with less of the last line."""
        lines = [replace(line, key="", links={}) for line in sheet.lines]
        if lines[-1].quantity >= 2000 and not any(line.is_free for line in lines):
            lines[-1].quantity -= 1000
            lines[-1].picked = self.shelf.pick(lines[-1].good, lines[-1].units, sheet.at.date()) or []
        name = sheet.name.removesuffix(f"-{again - 1}") if again > 1 else sheet.name
        at = sheet.at + timedelta(minutes=25)
        return replace(sheet, at=at, lines=lines, name=f"{name}-{again}", amends=sheet.name)

    def taken_back(self, day: date) -> None:
        """Somebody returns the first line of a purchase of the last days, and gets the money."""
        self.returnable = [s for s in self.returnable if s.at.date() >= day - timedelta(days=10)]
        chosen = [s for s in self.returnable if s.at.date() < day and self.ledger.may_return(s.name)]
        if not chosen:
            return
        sale = self.books.chance.choice(chosen)
        self.returnable.remove(sale)
        line = sale.lines[0]
        back = replace(line, quantity=-line.quantity, key="", rule=None, percent=0, listed=line.rate)
        back.links = {"sales_invoice_item": line.key}
        sheet = replace(
            sale, at=self.books.moment(day, 20.2, spread=0.7), lines=[back], name="", amends=None, row=None
        )
        self._write_return(sheet, sale)

    def _write_return(self, sheet: Sheet, sale: Sheet) -> None:
        self._move(sheet, sign=1)
        values = self._paid(sheet, 0) | {"status": "Return", "is_return": 1, "return_against": sale.name}
        write(self.books, sheet, docstatus=1, **values, update_stock=1, select_print_heading="Credit Note")
        self._payment(sheet, sheet.owed, docstatus=1)
        if sale.row:
            sale.row |= {"status": "Credit Note Issued", "modified": stamp(sheet.at + timedelta(seconds=2))}
        self.ledger.take_back(
            sale.person, -sheet.grand, invoice=(INVOICE, sale.name), sold_on=sale.at.date(), at=sheet.at
        )

    # --- what an invoice moves -----------------------------------------------------------------------------
    def _move(self, sheet: Sheet, *, sign: int = -1) -> None:
        sheet.name = sheet.name or self.books.number("ACC-SINV", sheet.at.date())
        for line in sheet.lines:
            if not line.picked:
                continue
            line.key = self.books.key()
            self.shelf.move(line.good, line.picked, sign=sign, at=sheet.at)
            voucher = (INVOICE, sheet.name, line.key)
            bundle = self.shelf.bundle(line.good, line.picked, sign=sign, at=sheet.at, voucher=voucher)
            line.links = line.links | {"serial_and_batch_bundle": bundle}

    def _after(self, sheet: Sheet, worth: int) -> None:
        """Points for the sale, and a trace of the rules that made its prices."""
        self.ledger.earn(sheet.person, sheet.grand - worth, invoice=(INVOICE, sheet.name), at=sheet.at)
        for idx, line in enumerate((line for line in sheet.lines if line.rule), start=1):
            self.books.add(
                "Pricing Rule Detail",
                self.books.key(),
                at=sheet.at,
                by=TILL,
                inside=Inside(INVOICE, sheet.name, "pricing_rules"),
                docstatus=1,
                idx=idx,
                pricing_rule=line.rule,
                item_code=line.good.code,
                child_docname=line.key,
                rule_applied=1,
            )

    def _paid(self, sheet: Sheet, worth: int) -> dict[str, Any]:
        """What the head of a till sale says of its money."""
        sheet.add_up()
        paid = pounds(sheet.owed - worth)
        return {
            "status": "Paid",
            "is_pos": 1,
            "due_date": sheet.at.date().isoformat(),
            "outstanding_amount": 0.0,
            "paid_amount": paid,
            "base_paid_amount": paid,
            "account_for_change_amount": "Cash - CG",
            "remarks": "No Remarks",
        }

    def _payment(self, sheet: Sheet, pence: int, *, docstatus: int) -> None:
        by_card = self.books.chance.random() < 0.7
        self.books.add(
            "Sales Invoice Payment",
            self.books.key(),
            at=sheet.at,
            by=TILL,
            inside=Inside(INVOICE, sheet.name, "payments"),
            docstatus=docstatus,
            idx=1,
            mode_of_payment="Credit Card" if by_card else "Cash",
            type="Bank" if by_card else "Cash",
            account="Main Bank - CG" if by_card else "Cash - CG",
            amount=pounds(pence),
            base_amount=pounds(pence),
        )

    def _settled(self, owed: int, day: date) -> tuple[str, int, date | None]:
        """How far an account is settled: status, what is left, and when money last came."""
        age, dice = (self.books.today - day).days, self.books.chance.random()
        paid_on = min(
            day + timedelta(days=self.books.chance.randrange(3, 29)), self.books.today - timedelta(days=1)
        )
        paid_on = max(paid_on, day)
        if age > CREDIT.days:
            late = 0.04 if age > 75 else 0.3
            return ("Overdue", owed, None) if dice < late else ("Paid", 0, paid_on)
        if dice < 0.4:
            return "Paid", 0, paid_on
        if dice < 0.6 and owed >= 300:  # a part of it in whole pounds
            return "Partly Paid", owed - owed // 200 * 100, paid_on
        return "Unpaid", owed, None

    def _schedule(self, sheet: Sheet, left: int) -> None:
        owed = pounds(sheet.owed)
        paid = pounds(sheet.owed - left)
        self.books.add(
            "Payment Schedule",
            self.books.key(),
            at=sheet.at,
            by=TILL,
            inside=Inside(INVOICE, sheet.name, "payment_schedule"),
            docstatus=1,
            idx=1,
            due_date=(sheet.at.date() + CREDIT).isoformat(),
            invoice_portion=100.0,
            payment_amount=owed,
            base_payment_amount=owed,
            outstanding=pounds(left),
            base_outstanding=pounds(left),
            paid_amount=paid,
            base_paid_amount=paid,
        )
