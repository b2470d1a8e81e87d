"""How a column's value reads."""

import pytest

from apps.core.admin.columns import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<div><p>Parsley — <b>fresh</b>ly cut</p><p>every&nbsp;day</p></div>",
            "Parsley — freshly cut every day",
        ),
        ("one<br>two &lt;b&gt;", "one two <b>"),
        ("5 < 6", "5 < 6"),
        ("", ""),
    ],
)
def test_the_markup_of_erpnexts_editor_is_not_shown_to_people(html: str, text: str):
    assert plain_text(html) == text
