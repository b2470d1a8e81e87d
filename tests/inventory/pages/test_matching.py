"""The third step on the screen: lines, what is said of each, and what the screen says back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.core import options
from apps.core.actors import Actor
from apps.inventory import reports, services
from apps.inventory.matching.model import Because
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.pages.wording import SENTENCES, sentence
from apps.inventory.services import Choice
from apps.inventory.states import Certainty, Decision
from tests.factories.catalog import make_category
from tests.factories.inventory import make_supplier
from tests.factories.invoices import confirmed, d, decide, line_of, make_bought, matched, row

START = "/admin/inventory/upload/"
SCRIPT = {"hx-request": "true"}
pytestmark = pytest.mark.django_db


def match(upload: InvoiceUpload) -> str:
    return f"{START}{upload.pk}/match/"


def say(desk: Client, line: UploadLine, *, seen: str | None = None, **sent: Any) -> Any:
    line.refresh_from_db()
    address = f"{START}{line.upload_id}/lines/{line.pk}/"
    return desk.post(address, {"seen": line.stamp if seen is None else seen, **sent}, headers=SCRIPT)


def unmatched() -> UploadLine:
    return line_of(matched(make_supplier(), row("Zzyzx relish", part="Z1")))


# --- the list ----------------------------------------------------------------------------------------------
def test_unmatched_lines_come_first_then_suggestions_then_what_is_certain(desk: Client) -> None:
    make_bought("RICE", name_en="Basmati Rice 1kg")
    upload = matched(make_supplier(), row("Basmati Rice 1kg"), row("Zzyzx relish"))
    answer = desk.get(match(upload))
    assert [one.facts.line.name for one in answer.context["lines"]] == ["Zzyzx relish", "Basmati Rice 1kg"]
    assert "<bdi>1</bdi> line to decide" in answer.content.decode()


def test_lines_are_narrowed_to_what_is_to_do_and_to_words(desk: Client) -> None:
    make_bought("RICE", name_en="Basmati Rice 1kg")
    upload = matched(make_supplier(), row("Basmati Rice 1kg"), row("Zzyzx relish"), row("Qwop pickle"))

    def named(query: str) -> list[str]:
        answer = desk.get(f"{match(upload)}?{query}", headers={**SCRIPT, "hx-target": "up-lines"})
        return [one.facts.line.name for one in answer.context["lines"]]

    assert named("show=todo") == ["Zzyzx relish", "Qwop pickle"]
    assert named("show=certain") == ["Basmati Rice 1kg"]
    assert named("q=qwop") == ["Qwop pickle"]
    assert named("show=new") == []


def test_while_lines_are_matched_a_page_that_has_seen_as_much_is_left_alone(desk: Client) -> None:
    upload = matched(make_supplier())
    InvoiceUpload.objects.update(state="draft", match_asked_at=timezone.now(), matched_count=0)
    part = {**SCRIPT, "hx-target": "up-progress"}
    assert "Matching the lines" in desk.get(match(upload)).content.decode()
    assert desk.get(f"{match(upload)}?seen=0", headers=part).status_code == 204
    assert desk.get(f"{match(upload)}?seen=5", headers=part).status_code == 200
    InvoiceUpload.objects.update(state="matched", match_asked_at=None)
    assert desk.get(f"{match(upload)}?seen=0", headers=part).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("because", list(Because))
def test_every_reason_of_the_matcher_has_a_sentence(because: Because) -> None:
    names = ("part", "barcode", "products", "code", "words", "line", "product", "brand", "size", "pack")
    said = sentence({"because": str(because), **dict.fromkeys(names, "x")})
    assert said
    assert "%(" not in said
    assert because in SENTENCES


def test_a_reason_that_nobody_knows_is_left_unsaid() -> None:
    assert sentence({"because": "stars-aligned"}) == ""


def test_the_page_costs_the_same_however_many_lines_it_shows(desk: Client) -> None:
    few = matched(make_supplier(), row("Zzyzx relish"))
    many = matched(make_supplier(), *(row(f"Zzyzx relish {n}") for n in range(20)))
    spent = []
    for upload in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            desk.get(match(upload))
        spent.append(len(queries))
    assert spent[1] == spent[2]
    assert spent[2] <= 16


def priced() -> InvoiceUpload:
    """Lines that cost more than last time, leave too little, are both, are fine."""
    supplier, products = make_supplier(), [make_bought(f"P{n}") for n in range(4)]
    names = ("Dear", "Thin", "Both", "Fine")
    before = (row(f"{name} old", buy="1.00", sell="9.00") for name in names)
    confirmed(supplier, *before, to=tuple(products), at=timezone.now())
    prices = {
        "Dear": ("1.50", "9.00"),
        "Thin": ("1.00", "1.01"),
        "Both": ("2.00", "2.10"),
        "Fine": ("1.00", "9"),
    }
    upload = matched(supplier, *(row(name, buy=buy, sell=sell) for name, (buy, sell) in prices.items()))
    decide(upload, *products)
    return upload


def test_price_rises_and_lines_under_the_floor_are_found_by_themselves_and_counted(desk: Client) -> None:
    upload = priced()

    def named(query: str) -> list[str]:
        answer = desk.get(f"{match(upload)}?{query}", headers={**SCRIPT, "hx-target": "up-lines"})
        return [one.facts.line.name for one in answer.context["lines"]]

    assert named("show=rises") == ["Dear", "Both"]
    assert named("show=floor") == ["Thin", "Both"]
    assert named("show=floor&q=both") == ["Both"]
    page = desk.get(match(upload)).content.decode()
    for key in ("rises", "floor"):
        count = page.split(f'id="up-count-{key}"')[1].split("</span>")[0]
        assert ("hidden" in count, "<bdi>2</bdi>" in count) == (False, True)


def test_their_counts_follow_each_change(desk: Client) -> None:
    upload = priced()
    answer = say(desk, line_of(upload, 1), do="restore")
    counted = answer.context["counted"]
    assert (counted.rises, counted.under_floor) == (2, 1)
    assert 'id="up-count-floor" class="lr-count up-count-act" hx-swap-oob="true"' in answer.content.decode()


def test_where_no_line_is_so_it_says_so_as_good_news(desk: Client) -> None:
    upload = matched(make_supplier(), row("Zzyzx relish"))
    for show, said in (
        ("rises", "No line costs more than last time"),
        ("floor", "No line is under its margin"),
    ):
        assert said in desk.get(f"{match(upload)}?show={show}").content.decode()


def test_what_is_counted_is_what_each_line_says_of_itself(desk: Client) -> None:
    """By the category's floor, or that above it, by the line's VAT or the assumed one, to the penny."""
    dairy = make_category("Dairy")
    cheese = make_category("Cheese", parent=dairy)
    services.set_category_floor(dairy.pk, percent=d("30"), actor=Actor("staff", "99", "Ada"))
    options.save({"shop.assumed_vat": "20"}, actor=Actor("staff", "99", "Ada"))
    header = "Item name,Buy price,Sell price,Qty,VAT rate"
    rows = [f"{name},{buy},{sell},1,{vat}" for name, buy, sell, vat in (
        ("on the floor", "7.00", "10.00", "0"), ("a penny under", "7.01", "10.00", "0"),
        ("vat assumed", "7.00", "10.00", ""), ("on it with vat", "7.00", "12.00", "20"),
        ("given away", "7.00", "0", "0"), ("elsewhere on it", "8.50", "10.00", "0"),
    )]  # fmt: skip
    upload = matched(make_supplier(), *rows, header=header)
    decide(upload, *(make_bought(category=cheese) for _ in rows[:-1]), make_bought())
    facts = reports.lines_page(upload).rows
    under = {one.line.name for one in facts if one.margin.is_under_floor}
    assert under == {"a penny under", "vat assumed"}
    assert {one.line.name for one in reports.lines_page(upload, is_under_floor=True).rows} == under
    assert (reports.counted(upload).under_floor, reports.upload_facts(upload).sums.under_floor) == (2, 2)


# --- a line ------------------------------------------------------------------------------------------------
def test_a_product_is_taken_and_the_row_and_the_foot_come_back(desk: Client, clerk: User) -> None:
    line, product = unmatched(), make_bought("RICE", name_en="Basmati Rice 1kg")
    page = say(desk, line, take=product.pk).content.decode()
    line.refresh_from_db()
    assert (line.product, line.is_by_hand, line.decided_by) == (product, True, str(clerk))
    assert f'id="line-{line.pk}"' in page
    assert 'id="up-foot"' in page
    assert "Go on to confirm" in page
    assert "is “Basmati Rice 1kg”" in page


@pytest.mark.parametrize(("act", "decision"), [("new", Decision.NEW_ITEM), ("ignore", Decision.IGNORE)])
def test_a_line_is_new_or_ignored_and_that_is_undone(desk: Client, act: str, decision: Decision) -> None:
    line = unmatched()
    say(desk, line, do=act)
    line.refresh_from_db()
    assert line.decision == decision
    say(desk, line, do="undo")
    line.refresh_from_db()
    assert line.decision == Decision.UNDECIDED


def test_values_and_pack_are_changed_together(desk: Client) -> None:
    line = unmatched()
    sent = {"quantity": "4", "buy_price": "6", "pack_factor": "12", "sell_price": "1.10", "expires_on": ""}
    say(desk, line, do="edit", **sent)
    line.refresh_from_db()
    assert (line.stock_quantity, line.unit_cost, line.sell_price) == (d("48"), d("0.5"), d("1.10"))


def test_a_value_that_is_none_is_said_at_its_field_and_kept(desk: Client) -> None:
    line = unmatched()
    sent = {"quantity": "many", "buy_price": "6", "pack_factor": "12", "sell_price": "", "expires_on": ""}
    page = say(desk, line, do="edit", **sent).content.decode()
    line.refresh_from_db()
    assert 'value="many"' in page
    assert "Enter a number." in page
    assert (line.quantity, line.pack_factor) == (d("10"), d("1"))


def test_a_pack_that_no_case_holds_changes_nothing(desk: Client) -> None:
    line = unmatched()
    sent = {"quantity": "4", "buy_price": "6", "pack_factor": "0", "sell_price": "", "expires_on": ""}
    answer = say(desk, line, do="edit", **sent)
    line.refresh_from_db()
    assert "a pack holds a thousandth at least" in answer.context["refusal"]
    assert (line.quantity, line.pack_factor) == (d("10"), d("1"))


def test_the_price_that_keeps_the_floor_is_taken_at_once(desk: Client) -> None:
    line = line_of(matched(make_supplier(), row("Zzyzx relish", buy="1.00", sell="1.01")))
    page = say(desk, line, take=make_bought().pk).content.decode()
    assert "Sell at <bdi>£1.18</bdi>" in page
    say(desk, line, do="restore")
    line.refresh_from_db()
    assert line.sell_price == d("1.18")


def test_a_line_that_somebody_else_decided_meanwhile_is_not_decided_over(desk: Client) -> None:
    line = unmatched()
    seen, ada = line.stamp, Actor("staff", "99", "Ada Boss")
    services.decide_lines(line.upload_id, choices={line.pk: Choice(decision=Decision.IGNORE)}, actor=ada)
    answer = say(desk, line, seen=seen, do="new")
    line.refresh_from_db()
    assert line.decision == Decision.IGNORE
    assert "was changed meanwhile, by Ada Boss" in answer.content.decode()


def test_a_line_of_an_invoice_that_went_on_says_so_and_is_read_only(desk: Client) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"))
    answer = say(desk, line_of(upload), do="ignore")
    assert "is confirmed: this cannot be done to it now" in answer.context["refusal"]
    assert 'name="do"' not in answer.content.decode().split("up-foot")[0]


def test_while_it_waits_a_clerk_may_not_correct_it_and_who_approves_may(
    desk: Client, office: Client, clerk: User
) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"), is_final=False, actor=Actor.of(clerk))
    line, other = line_of(upload), make_bought("OTHER")
    assert say(desk, line, take=other.pk).status_code == 403
    assert say(office, line, take=other.pk).status_code == 200
    line.refresh_from_db()
    assert line.product == other


def test_without_scripts_a_decision_leads_back_to_its_line(desk: Client) -> None:
    line = unmatched()
    answer = desk.post(f"{START}{line.upload_id}/lines/{line.pk}/", {"do": "ignore"})
    assert answer.headers["Location"] == f"{match(line.upload)}#line-{line.pk}"


def test_another_product_is_found_among_what_is_bought_in(desk: Client) -> None:
    make_bought("RICE", name_en="Basmati Rice 1kg")
    make_bought("OUT", name_en="Basmati Rice 5kg", is_bought=False)
    page = desk.get(f"{START}products/?pick=basmati").content.decode()
    assert "RICE" in page
    assert "OUT" not in page


# --- suggestions together ----------------------------------------------------------------------------------
def suggested() -> InvoiceUpload:
    """Two lines with a suggestion each, and one whose only candidate is too weak to be one."""
    upload = matched(make_supplier(), row("Zzyzx one"), row("Zzyzx two"), row("Zzyzx three"))
    for line, certainty in zip(upload.lines.order_by("position"), (1, 1, 0), strict=True):
        product = make_bought(f"P{line.position}")
        line.candidates = [
            {"product": product.pk, "code": product.item_code, "name": str(product), "score": "80",
             "pack": "6", "reasons": []}
        ]  # fmt: skip
        line.certainty, line.score = Certainty(certainty), d("80")
        line.save()
    return upload


def test_suggestions_are_looked_at_before_they_are_taken(desk: Client) -> None:
    upload = suggested()
    answer = desk.get(f"{START}{upload.pk}/suggestions/")
    assert [one.facts.line.name for one in answer.context["rows"]] == ["Zzyzx one", "Zzyzx two"]
    assert not upload.lines.exclude(decision=Decision.UNDECIDED).exists()


def test_only_what_stays_ticked_is_taken(desk: Client) -> None:
    upload = suggested()
    desk.post(f"{START}{upload.pk}/suggestions/", {"line": [line_of(upload, 1).pk]})
    assert [line.decision for line in upload.lines.order_by("position")] == [
        "undecided",
        "product",
        "undecided",
    ]
    assert line_of(upload, 1).pack_factor == d("6")
