"""Loyalty programs, and the points that follow from the invoices as ERPNext would write them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from apps.sync.demo.grocer.people import Person
from apps.sync.demo.grocer.rows import COMPANY, TILL, Books, Inside, pounds, stamp


@dataclass(frozen=True)
class Tier:
    """A tier: from how much spent, and how many pence a point costs."""

    name: str
    least: int
    factor: int


PROGRAMS: Final = {
    "Corner Club": (180, 1, (Tier("Bronze", 0, 100), Tier("Silver", 15000, 50), Tier("Gold", 40000, 25))),
    "Trade Points": (60, 0.5, (Tier("Trade", 0, 200),)),
}  # days until points expire, what a point is worth in pence, tiers
REDEEMED: Final = 200  # points at a time, as the till offers it


@dataclass
class Entry:
    """Points that were earned, and what is left of them."""

    name: str
    points: int
    left: int
    expires: date
    tier: str
    spent: int


class Ledger:
    """The points of all members."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.entries: dict[str, list[Entry]] = defaultdict(list)
        self.of_invoice: dict[str, Entry] = {}
        self.spent: dict[str, int] = defaultdict(int)
        for name in PROGRAMS:
            _program(books, name)

    def offered(self, person: Person, day: date) -> bool:
        """Whether there is enough to redeem."""
        return person.program == "Corner Club" and self._open(person, day) >= REDEEMED

    def _open(self, person: Person, day: date) -> int:
        return sum(entry.left for entry in self.entries[person.name] if entry.expires >= day)

    def earn(self, person: Person, eligible: int, *, invoice: tuple[str, str], at: datetime) -> None:
        """What a submitted invoice brings: the whole part of amount by factor."""
        if person.program is None:
            return
        spent = self.spent[person.name] + eligible
        days, _, tiers = PROGRAMS[person.program]
        tier = [tier for tier in tiers if tier.least <= max(spent, 0)][-1]
        points = int(eligible / tier.factor)
        expires = at.date() + timedelta(days=days)
        entry = Entry(self.books.key(), points, max(points, 0), expires, tier.name, eligible)
        self._write(person, entry.name, points, eligible, tier.name, expires, invoice=invoice, at=at)
        self.entries[person.name].append(entry)
        self.of_invoice[invoice[1]] = entry
        self.spent[person.name] = spent
        person.row["loyalty_program_tier"] = tier.name
        person.row["modified"] = max(person.row["modified"], stamp(at))

    def redeem(self, person: Person, grand: int, *, invoice: tuple[str, str], at: datetime) -> None:
        """Take points from the oldest entries that are still good; each row expires with its entry."""
        left = REDEEMED
        for entry in self.entries[person.name]:
            taken = min(entry.left, left) if entry.expires >= at.date() else 0
            if taken:
                entry.left -= taken
                left -= taken
                self._write(
                    person,
                    self.books.key(),
                    -taken,
                    grand,
                    entry.tier,
                    entry.expires,
                    invoice=invoice,
                    at=at,
                    against=entry.name,
                )

    def may_return(self, invoice: str) -> bool:
        """ERPNext refuses to take back what brought points that are spent."""
        entry = self.of_invoice.get(invoice)
        return entry is None or entry.left == max(entry.points, 0)

    def take_back(
        self, person: Person, returned: int, *, invoice: tuple[str, str], sold_on: date, at: datetime
    ) -> None:
        """A return deletes the entry of the invoice and writes another one for what was kept."""
        entry = self.of_invoice.pop(invoice[1], None)
        if entry is None or person.program is None:
            return
        self.books.remove("Loyalty Point Entry", entry.name)
        self.spent[person.name] -= entry.spent
        self.entries[person.name].remove(entry)
        self.earn(person, entry.spent - returned, invoice=invoice, at=at)
        row = self.books.row("Loyalty Point Entry", self.of_invoice[invoice[1]].name)
        expires = sold_on + timedelta(days=PROGRAMS[person.program][0])
        row |= {"posting_date": sold_on.isoformat(), "expiry_date": expires.isoformat()}
        self.of_invoice[invoice[1]].expires = expires

    def _write(
        self,
        person: Person,
        name: str,
        points: int,
        amount: int,
        tier: str,
        expires: date,
        *,
        invoice: tuple[str, str],
        at: datetime,
        against: str | None = None,
    ) -> None:
        self.books.add(
            "Loyalty Point Entry",
            name,
            at=at,
            by=TILL,
            loyalty_program=person.program,
            loyalty_program_tier=tier,
            customer=person.name,
            invoice_type=invoice[0],
            invoice=invoice[1],
            redeem_against=against,
            loyalty_points=points,
            purchase_amount=pounds(amount),
            expiry_date=expires.isoformat(),
            posting_date=at.date().isoformat(),
            company=COMPANY,
        )


def _program(books: Books, name: str) -> None:
    days, worth, tiers = PROGRAMS[name]
    at = books.moment(books.first_day - timedelta(days=37), 9, spread=1)
    is_many = len(tiers) > 1
    books.add(
        "Loyalty Program",
        name,
        at=at,
        loyalty_program_name=name,
        loyalty_program_type="Multiple Tier Program" if is_many else "Single Tier Program",
        from_date=(books.first_day - timedelta(days=30)).isoformat(),
        to_date=None if is_many else (books.today + timedelta(days=90)).isoformat(),
        conversion_factor=worth / 100,
        expiry_duration=days,
        company=COMPANY,
    )
    for idx, tier in enumerate(tiers, start=1):
        books.add(
            "Loyalty Program Collection",
            books.key(),
            at=at,
            inside=Inside("Loyalty Program", name, "collection_rules"),
            idx=idx,
            tier_name=tier.name,
            min_spent=pounds(tier.least),
            collection_factor=pounds(tier.factor),
        )
