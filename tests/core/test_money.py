"""Rounded half-up, once; and never a float's tail."""

from decimal import Decimal

import pytest

from apps.core.money import decimal_of, money, unit_cost


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004999", "1.00"), ("-1.005", "-1.01"), ("2.675", "2.68"), ("0", "0.00")],
)
def test_money_is_rounded_half_up_to_the_penny(amount, rounded):
    assert str(money(Decimal(amount))) == rounded


def test_the_cost_of_a_unit_keeps_six_places():
    assert str(unit_cost(Decimal("0.1234565"))) == "0.123457"


@pytest.mark.parametrize(
    ("number", "exact"),
    [(0.1, "0.1"), (1e-9, "1E-9"), (3, "3"), (" 12.50 ", "12.50"), (1234567.123456789, "1234567.123456789")],
)
def test_a_number_from_json_becomes_what_was_written(number, exact):
    assert decimal_of(number) == Decimal(exact)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "NaN", "-Infinity", "", "ten", "1,5"])
def test_what_is_no_finite_number_is_refused(number):
    with pytest.raises(ValueError, match="number"):
        decimal_of(number)
