"""How long something waits, as it is said."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.figures import age_text

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1\xa0minute"),
        (7500, "2\xa0hours, 5\xa0minutes"),
    ],
)
def test_what_is_not_a_minute_old_is_never_said_to_wait_no_minutes(seconds, said):
    assert age_text(NOW - timedelta(seconds=seconds), now=NOW) == said
