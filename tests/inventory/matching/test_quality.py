"""How right the matcher is on lines that are hard on purpose (spec/02, 'How good'): figures, not seconds."""

import pytest

from apps.inventory.matching.index import index_of
from apps.inventory.matching.matcher import Matcher
from apps.inventory.matching.model import Product, State
from apps.sync.demo.grocer.catalogue import BRANDS, GOODS
from bench._supplier.catalogue import catalogue
from bench._supplier.judging import Verdict, figures, verdicts
from bench._supplier.lines import ABSENT, HardSet, hard_set


@pytest.fixture(scope="module")
def hard() -> HardSet:
    return hard_set(catalogue())


@pytest.fixture(scope="module")
def judged(hard: HardSet) -> list[Verdict]:
    """The half of the lines that nothing was tuned on."""
    matcher = Matcher(index_of(hard.products))
    return verdicts([line for line in hard.lines if not line.is_for_tuning], matcher)


def test_the_hard_set_is_as_the_spec_has_it(hard: HardSet):
    assert len(hard.products) >= 20_000
    assert len(hard.lines) == 300
    assert len({kind for line in hard.lines for kind in line.kinds}) == 9


def test_what_is_certain_is_right(judged: list[Verdict]):
    assert figures(judged).precision >= 99


def test_the_right_product_is_among_the_five(judged: list[Verdict]):
    assert figures(judged).five >= 90


def test_half_of_the_lines_need_no_hand(judged: list[Verdict]):
    assert figures(judged).certain >= 50


def test_no_line_of_a_product_that_we_have_not_is_certain(judged: list[Verdict]):
    absent = [one for one in judged if ABSENT in one.line.kinds]
    assert len(absent) >= 20
    assert [one.line.name for one in absent if one.match.state is State.CERTAIN] == []


def test_the_same_seed_makes_the_same_lines():
    products = catalogue(1000)
    assert hard_set(products, 50).lines == hard_set(products, 50).lines
    assert hard_set(products, 50, seed=2).lines != hard_set(products, 50).lines


def test_lines_can_be_made_of_any_catalogue():
    """Here of the demo shop's, whose names nobody wrote for this."""
    names = [
        line.partition(" = ")[0] for line in GOODS.read_text(encoding="utf-8").splitlines() if " = " in line
    ]
    products = [Product(f"D{n}", name, list(BRANDS)[n % 3]) for n, name in enumerate(names) if name[0] != "#"]
    hard = hard_set(products, 100)
    found = figures(verdicts(hard.lines, Matcher(index_of(hard.products))))
    assert found.precision >= 95
    assert found.five >= 90
