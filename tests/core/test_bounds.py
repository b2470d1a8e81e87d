"""What a form says of its bounds: a large number with its thousands apart, in one house style."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.urls import get_resolver

from apps.core.bounds import at_most

LARGE = 10_000


def of_ours(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Every form of the house; the pages have to be there before anybody can tell."""
    assert get_resolver().url_patterns
    for form in base.__subclasses__():
        if form.__module__.startswith("apps."):
            yield form
        yield from of_ours(form)


def test_a_number_beyond_its_bound_is_refused_in_words_with_thousands_apart():
    with pytest.raises(ValidationError) as refusal:
        at_most(100_000)(100_001)
    assert refusal.value.messages == ["At most 100,000."]
    at_most(100_000)(100_000)


def test_no_form_names_a_large_bound_in_plain_digits():
    plain = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in of_ours()
        for name, field in getattr(form, "base_fields", {}).items()
        for validator in field.validators
        if isinstance(validator, MaxValueValidator)
        and isinstance(validator.limit_value, int | Decimal)
        and validator.limit_value >= LARGE
        and validator.message == MaxValueValidator.message
    }
    assert plain == set(), "use apps.core.bounds.at_most"
