"""Who the grocer deals with: suppliers and customers, how to reach them and where they live."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.rows import Books, Inside, stamp
from apps.sync.demo.store import Row

WALK_IN: Final = "Walk-in Customer"
EMILYS: Final = {13, 26}  # who have one name
GROUPS: Final = {
    "All Customer Groups": ("", 1, 18),
    "Individual": ("All Customer Groups", 2, 3),
    "Commercial": ("All Customer Groups", 4, 5),
    "Non Profit": ("All Customer Groups", 6, 7),
    "Government": ("All Customer Groups", 8, 9),
    "Retail Shoppers": ("All Customer Groups", 10, 11),
    "Trade": ("All Customer Groups", 12, 17),
    "Cafés & Restaurants": ("Trade", 13, 14),
    "Corner Shops": ("Trade", 15, 16),
}
TERRITORIES: Final = {
    "All Territories": ("", 1, 14),
    "United Kingdom": ("All Territories", 2, 11),
    "Greater London": ("United Kingdom", 3, 8),
    "Camden": ("Greater London", 4, 5),
    "Brent": ("Greater London", 6, 7),
    "Manchester": ("United Kingdom", 9, 10),
    "Rest Of The World": ("All Territories", 12, 13),
}
SUPPLIER_GROUPS: Final = {
    "All Supplier Groups": ("", 1, 6),
    "Local": ("All Supplier Groups", 2, 3),
    "Distributor": ("All Supplier Groups", 4, 5),
}
SUPPLIERS: Final = {
    "Bramble Farm Produce": ("Local", "United Kingdom"),
    "Northern Dairy Co-op": ("Local", "Ireland"),
    "Hearth & Crumb Bakery": ("Local", "United Kingdom"),
    "Crescent Halal Meats": ("Local", "United Kingdom"),
    "Billingsgate Seafoods": ("Local", "United Kingdom"),
    "Al Noor Foods Ltd": ("Distributor", "Saudi Arabia"),
    "Spice Route Imports": ("Distributor", "India"),
    "Metro Cash & Carry": ("Distributor", "United Kingdom"),
    "مؤسسة التمور الذهبية": ("Distributor", "Saudi Arabia"),
    "Polar Frozen Foods": ("Distributor", "United Kingdom"),
    "Wholesale Drinks UK": ("Distributor", "United Kingdom"),
    "Clean-It Supplies": ("Distributor", "United Kingdom"),
    "Defunct Imports": ("Distributor", "Spain"),
}
# given names of women, of men, family names, and the countries that people say they are from
CULTURES: Final = (
    ("Emily Olivia Grace Amelia Harriet", "Harry Jack George Oliver Tom", "Smith Jones Wilson Taylor Baker",
     "United Kingdom"),
    ("Siobhán Aoife Niamh Ciara", "Seán Conor Liam Pádraig", "O'Connor Murphy Byrne Kelly", "Ireland"),
    ("Fatima Layla Noor Maryam Huda", "Yusuf Hassan Ibrahim Omar Karim", "Haddad Nasser Farouk Mansour",
     "Egypt Syria Iraq Morocco"),
    ("فاطمة ليلى مريم سلمى", "يوسف عمر خالد أحمد", "الحسن النجار الخطيب العلي", "Syria Jordan Lebanon"),
    ("Priya Anjali Meera Kavya", "Rahul Arjun Vikram Sanjay", "Patel Shah Kumar Iyer", "India"),
    ("Ayesha Zainab Sana Hina", "Bilal Imran Tariq Usman", "Khan Hussein Begum Rahman", "Pakistan"),
    ("Ngozi Ama Chioma Abena", "Chidi Kofi Emeka Kwame", "Okafor Mensah Adeyemi Boateng", "Nigeria Ghana"),
    ("Mei Xiu Lan Yan", "Wei Jun Hao Ming", "Chen Wong Li Zhang", "China"),
    ("María Lucía Carmen Inés", "José Diego Álvaro Pablo", "García Fernández Núñez López", "Spain Colombia"),
    ("Zofia Agnieszka Kasia Ewa", "Piotr Tomasz Łukasz Marek", "Nowak Wójcik Mazur Kowalczyk", "Poland"),
    ("Ayşe Elif Zeynep Gül", "Mehmet Emre Çağlar Burak", "Yılmaz Öztürk Şahin Demir", "Turkey"),
    ("Amélie Chloé Léa Inès", "François Étienne Hugo Rémy", "Dubois Lefèvre Moreau Girard", "France"),
    ("Hodan Amina Sagal Ifrah", "Abdi Mohamud Liban Warsame", "Warsame Jama Ali Nur", "Somalia"),
)  # fmt: skip
FIRMS: Final = (
    "Green Deli Ltd", "Café Olive & Thyme", "The Corner Shop (Brent)", "Sultan's Table", "Bean There Coffee",
    "Harbour Fish Bar", "Lotus Kitchen", "Mama Ngozi's", "Primrose Nursery School", "St Mark's Food Bank",
    "Camden News & Wine", "La Petite Crêperie", "Al Bustan Restaurant", "Mill Lane Community Centre",
    "Kilburn Kebab House", "Brew & Co.", "Dosa Express", "Hampstead Hotel", "Piccolo Trattoria", "Golden Wok",
    "Ankara Grill", "Northside Gym Café", "Queen's Park Catering", "Sunrise Care Home",
)  # fmt: skip
STREETS: Final = (
    "High Street", "Mill Lane", "Station Road", "Church Row", "Kilburn High Road", "Regent's Park Road",
    "Albert Mews", "The Broadway",
)  # fmt: skip


@dataclass
class Person:
    """A customer, as the tills know him."""

    name: str
    shown: str
    group: str
    territory: str
    is_trade: bool
    is_open: bool  # may be sold to
    price_list: str | None
    program: str | None
    since: date
    row: Row
    contact: str | None = None
    mobile: str | None = None
    email: str | None = None
    address: str | None = None


def _trees(books: Books) -> None:
    at = books.moment(books.first_day - timedelta(days=41), 9)
    trees: tuple[tuple[str, dict[str, tuple[str, int, int]]], ...] = (
        ("Customer Group", GROUPS),
        ("Territory", TERRITORIES),
        ("Supplier Group", SUPPLIER_GROUPS),
    )
    for doctype, places in trees:
        word = doctype.lower().replace(" ", "_")
        for n, (name, (parent, left, right)) in enumerate(places.items()):
            own: dict[str, Any] = {
                f"{word}_name": name,
                f"parent_{word}": parent or None,
                "old_parent": parent,
                "is_group": int(right - left > 1),
            }
            books.add(doctype, name, at=at + timedelta(seconds=n), lft=left, rgt=right, **own)


# --- suppliers ---------------------------------------------------------------------------------------------
def supplied(books: Books) -> None:
    """Write the trees of people and the suppliers with their contacts."""
    _trees(books)
    for place, (name, (group, country)) in enumerate(SUPPLIERS.items()):
        at = books.moment(books.first_day - timedelta(days=40), 10) + timedelta(minutes=place)
        mobile, email = f"+44 20 7946 {place:04d}", f"orders{place}@supplier.example" if place % 6 else None
        contact = _contact(books, "Supplier", name, at_place=place, mobile=mobile, email=email, firm=True)
        books.add(
            "Supplier",
            name,
            at=at,
            supplier_name=name,
            supplier_group=group,
            country=country,
            supplier_primary_contact=contact,
            mobile_no=mobile,
            email_id=email,
            tax_id=f"GB{100200300 + place}" if place % 2 == 0 else None,
            disabled=int(name == "Defunct Imports"),
            on_hold=int(name == "Polar Frozen Foods"),
            hold_type="Invoices" if name == "Polar Frozen Foods" else "",
        )


# --- customers ---------------------------------------------------------------------------------------------
def peopled(books: Books, *, scale: int) -> list[Person]:
    """Write the customers with contacts and addresses; returns them, who walks in first."""
    count = 400 * scale if scale else 15
    firms = count // 7
    taken: dict[str, int] = {}
    people = [
        _walk_in(books),
        *(
            _customer(books, place, is_firm=place % (count // firms) == 3, taken=taken)
            for place in range(1, count)
        ),
    ]
    _share_a_flat(books, [person for person in people[1:] if not person.is_trade][:3])
    return people


def _walk_in(books: Books) -> Person:
    day = books.first_day - timedelta(days=38)
    values: Row = {
        "customer_type": "Individual",
        "customer_group": "Individual",
        "territory": "United Kingdom",
    }
    at = books.moment(day, 9)
    row = books.add("Customer", WALK_IN, at=at, customer_name=WALK_IN, language="en", **values)
    return Person(WALK_IN, WALK_IN, "Individual", "United Kingdom", False, True, None, None, day, row)


def _customer(books: Books, place: int, *, is_firm: bool, taken: dict[str, int]) -> Person:
    chance = books.chance
    gender, shown, nation = ("", _firm(place), None) if is_firm else _someone(books, place)
    taken[shown] = taken.get(shown, -1) + 1
    is_closed = place % 41 == 9
    person = Person(
        name=f"{shown} - {taken[shown]}" if taken[shown] else shown,
        shown=shown,
        group=chance.choice(("Cafés & Restaurants", "Corner Shops")) if is_firm else "Retail Shoppers",
        territory=chance.choice(("Camden", "Camden", "Brent", "Greater London", "Manchester")),
        is_trade=is_firm,
        is_open=not is_closed,
        price_list="Wholesale" if is_firm and place % 2 else None,
        program=_program(books, place, is_firm=is_firm),
        since=books.first_day + timedelta(days=-35 if place < 250 else chance.randrange(0, 300)),
        row={},
        mobile=f"07700 {900000 + place % 1000:06d}" if place % 5 else None,
        email=f"{'office' if is_firm else 'post'}.{place}@mail.example" if place % 4 else None,
    )
    if person.mobile or person.email:
        ways: Row = {"mobile": person.mobile, "email": person.email, "firm": is_firm, "gender": gender}
        person.contact = _contact(books, "Customer", person.name, shown=shown, at_place=place, **ways)
    born = None if is_firm else date(1948 + place % 55, 1 + place % 12, 1 + place % 28).isoformat()
    private = {"gender": gender or None, "custom_nationality": nation, "custom_date_of_birth": born}
    person.row = _written(books, person, place, private=private)
    if place % 3 == 0 or is_firm:
        person.address = _address(books, person, place, kind="Billing")
        person.row["customer_primary_address"] = person.address
    if place % 11 == 0:
        _address(books, person, place + 7, kind="Shipping")
    return person


def _written(books: Books, person: Person, place: int, *, private: Row) -> Row:
    return books.add(
        "Customer",
        person.name,
        at=books.moment(person.since, 9, spread=8),
        customer_name=person.shown,
        customer_type="Company" if person.is_trade else "Individual",
        customer_group=person.group if place % 60 else None,
        territory=person.territory if place % 60 else None,
        custom_marketing_opt_in=int(place % 3 == 0),
        language="ar" if person.shown[0] > "\u0600" else "en",
        tax_id=f"GB{900000000 + place}" if person.is_trade else None,
        customer_primary_contact=person.contact,
        mobile_no=person.mobile,
        email_id=person.email,
        default_price_list=person.price_list,
        loyalty_program=person.program,
        customer_details="Leave with the neighbour at no. 7" if place % 29 == 4 else None,
        disabled=int(not person.is_open and place % 2),
        is_frozen=int(not person.is_open and place % 2 == 0),
        **private,
    )


def _firm(place: int) -> str:
    at = place // 7
    again = "" if at < len(FIRMS) else f" ({STREETS[at // len(FIRMS) % len(STREETS)]})"
    return f"{FIRMS[at % len(FIRMS)]}{again}"


def _someone(books: Books, place: int) -> tuple[str, str, str | None]:
    """A gender, a full name and a nationality, where it is known."""
    women, men, families, nations = CULTURES[place % len(CULTURES)]
    is_woman = books.chance.random() < 0.55
    given = books.chance.choice((women if is_woman else men).split())
    nation = books.chance.choice(nations.split() if nations != "United Kingdom" else [nations])
    shown = f"{given} {books.chance.choice(families.split())}"
    if place in EMILYS:
        return "Female", "Emily Smith", nation
    return "Female" if is_woman else "Male", shown, nation if place % 9 else None


def _program(books: Books, place: int, *, is_firm: bool) -> str | None:
    if is_firm:
        return "Trade Points" if place % 3 == 0 else None
    return "Corner Club" if books.chance.random() < 0.6 else None


def _contact(
    books: Books,
    kind: str,
    name: str,
    *,
    at_place: int,
    mobile: str | None,
    email: str | None,
    firm: bool,
    shown: str = "",
    gender: str = "",
) -> str:
    shown = shown or name
    first, _, last = shown.partition(" ")
    contact = f"{shown}-{name}"
    at = books.moment(books.first_day - timedelta(days=34), 9) + timedelta(seconds=at_place * 5)
    books.add(
        "Contact",
        contact,
        at=at,
        first_name=None if firm else first,
        last_name=None if firm else last or None,
        full_name=shown,
        company_name=shown if firm else None,
        email_id=email or "",
        mobile_no=mobile or "",
        phone="",
        gender=gender or None,
        status="Passive",
        is_primary_contact=1,
        unsubscribed=int(at_place % 17 == 3),
    )
    if email:
        where = Inside("Contact", contact, "email_ids")
        books.add("Contact Email", books.key(), at=at, inside=where, idx=1, email_id=email, is_primary=1)
    if mobile:
        where = Inside("Contact", contact, "phone_nos")
        own: Row = {"phone": mobile, "is_primary_mobile_no": 1}
        books.add("Contact Phone", books.key(), at=at, inside=where, idx=1, **own)
    _link(books, "Contact", contact, kind, name, at=at, idx=1)
    return contact


def _link(books: Books, doctype: str, parent: str, kind: str, name: str, *, at: Any, idx: int) -> None:
    where = Inside(doctype, parent, "links")
    whom = {"link_doctype": kind, "link_name": name, "link_title": name}
    books.add("Dynamic Link", books.key(), at=at, inside=where, idx=idx, **whom)


def _address(books: Books, person: Person, place: int, *, kind: str, title: str = "") -> str:
    name = f"{title or person.name}-{kind}"
    at = books.moment(person.since, 10, spread=7)
    postcode = f"NW{1 + place % 10} {place % 9}{'ABDEFGHJLN'[place % 10]}{'PQRSTUWXYZ'[place // 10 % 10]}"
    books.add(
        "Address",
        name,
        at=at,
        address_title=title or person.name,
        address_type=kind,
        address_line1=f"{place % 140 + 1} {STREETS[place % len(STREETS)]}",
        address_line2=f"Flat {place % 12 + 1}" if place % 5 == 0 else None,
        city="Manchester" if person.territory == "Manchester" else "London",
        country="United Kingdom",
        pincode=postcode if place % 23 else None,
        phone=person.mobile if place % 4 == 0 else None,
        is_primary_address=int(kind == "Billing"),
        is_shipping_address=int(kind == "Shipping" or place % 2),
        disabled=int(place % 97 == 60),
    )
    _link(books, "Address", name, "Customer", person.name, at=at, idx=1)
    return name


def _share_a_flat(books: Books, people: list[Person]) -> None:
    """Some who live together: one address, each of them linked."""
    name = _address(books, people[0], 9, kind="Billing", title="Shared flat")
    for idx, person in enumerate(people[1:], start=2):
        at = books.moment(max(person.since, people[0].since), 18)
        _link(books, "Address", name, "Customer", person.name, at=at, idx=idx)
        person.row["modified"] = max(person.row["modified"], stamp(at))
