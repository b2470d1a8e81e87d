"""What people in the office change: goods, prices, people, rules; some of it without moving a stamp."""

from apps.sync.demo.alive.hand import Hand
from apps.sync.demo.singles import COMPANY
from apps.sync.demo.store import Row


def edit_item(hand: Hand) -> str:
    """Another name: the copies on its prices follow, and their stamps do not move."""
    item = hand.any("Item")
    name = f"{str(item['item_name']).partition(' · ')[0]} · {hand.word()}"
    return hand.change("Item", item["name"], item_name=name).name


def move_item(hand: Hand) -> str:
    """Into another category, or off the shelf and back."""
    item, group = hand.any("Item"), hand.any("Item Group", lambda row: not row["is_group"])
    return hand.change(
        "Item", item["name"], item_group=group["name"], disabled=hand.dice.choice((0, 0, 1))
    ).name


def reprice(hand: Hand) -> str:
    """A price goes up or down by a few pence."""
    price = hand.any("Item Price", lambda row: row["price_list_rate"] > 0)
    rate = max(0.05, round(price["price_list_rate"] * hand.dice.uniform(0.95, 1.05), 2))
    return hand.change("Item Price", price["name"], price_list_rate=rate).name


def save_price_list(hand: Hand) -> str:
    """All its prices get one stamp, in whole seconds."""
    prices = hand.any("Price List")
    return hand.change("Price List", prices["name"], enabled=1).name


def enrol(hand: Hand) -> str:
    """A new customer, with a phone and so with a contact."""
    word = hand.word()
    like = hand.any("Customer")
    return hand.make(
        "Customer",
        customer_name=f"{str(like['customer_name']).split()[0]} {word.capitalize()}",
        customer_type="Individual",
        customer_group=like["customer_group"],
        territory=like["territory"],
        loyalty_program=like["loyalty_program"],
        mobile_no=f"07700 9{hand.dice.randrange(10**5):05d}",
    ).name


def edit_customer(hand: Hand) -> str:
    """A tax number, or no more sales to somebody."""
    customer = hand.any("Customer")
    number = f"GB{hand.dice.randrange(10**9):09d}"
    return hand.change(
        "Customer", customer["name"], tax_id=number, disabled=hand.dice.choice((0, 0, 0, 1))
    ).name


def edit_contact(hand: Hand) -> str:
    """A new number; the customer shows the old one until he is saved again."""
    contact = hand.any("Contact", lambda row: row["mobile_no"])
    number = f"07700 9{hand.dice.randrange(10**5):05d}"
    phones = [{"phone": number, "is_primary_mobile_no": 1}]
    return hand.change("Contact", contact["name"], phone_nos=phones).name


def begin_rule(hand: Hand) -> str:
    """An offer on one item, of a priority that nothing else has by chance."""
    item = hand.any("Item", lambda row: not row["disabled"])
    return hand.make(
        "Pricing Rule",
        title=f"Offer {hand.word()}",
        apply_on="Item Code",
        items=[{"item_code": item["name"]}],
        selling=1,
        currency="GBP",
        company=COMPANY,
        rate_or_discount="Discount Percentage",
        discount_percentage=hand.dice.choice((5, 10, 15)),
        valid_from=hand.day(),
        valid_upto=hand.day(14),
        priority=str(hand.dice.randint(1, 20)),
    ).name


def end_rule(hand: Hand) -> str:
    rule = hand.any("Pricing Rule", lambda row: not row["disable"])
    return hand.change("Pricing Rule", rule["name"], disable=1).name


def add_category(hand: Hand) -> str:
    """Its siblings move in the tree, and no stamp tells of it."""
    parent = hand.any("Item Group", _is_group)
    return hand.make(
        "Item Group", item_group_name=f"Shelf {hand.word()}", parent_item_group=parent["name"]
    ).name


def _is_group(row: Row) -> bool:
    return bool(row["is_group"])
