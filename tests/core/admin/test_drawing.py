"""Points, arrows, charts and chips."""

from apps.core.admin import chips, drawing
from apps.core.admin.charts import TickText, draw, nice_top
from apps.core.admin.chips import Chip, Tone
from tests.factories.accounts import StaffFactory


def test_a_sparkline_runs_from_edge_to_edge_and_needs_two_points():
    line = drawing.sparkline([1, 3, 2])
    assert line is not None
    assert line.path == "M3.0 29.0 L48.0 3.0 L93.0 16.0"
    assert drawing.sparkline([4]) is None


def test_a_flat_course_is_a_line_and_no_division_by_nothing():
    line = drawing.sparkline([7, 7])
    assert line is not None
    assert line.path == "M3.0 29.0 L93.0 29.0"


def test_a_bar_never_leaves_its_track():
    assert drawing.share(5, 10) == "50.0"
    assert drawing.share(15, 10) == "100.0"
    assert drawing.share(-1, 10) == "0.0"
    assert drawing.share(3, None) == "0.0"


def test_up_is_well_only_where_it_is():
    assert drawing.change_face(1, good="up").tone is Tone.WELL
    assert drawing.change_face(1, good="down").tone is Tone.ACT
    assert drawing.change_face(-1, good="down").tone is Tone.WELL
    assert drawing.change_face(-1, good="none").tone is Tone.QUIET
    assert drawing.change_face(0, good="up").icon == "trending_flat"


def test_the_axis_ends_at_a_round_number():
    assert [nice_top(value) for value in (0, 3, 49.35, 100, 1234)] == [4, 4, 80, 100, 2000]


def test_the_axis_is_short():
    text = TickText("£")
    assert [text(value) for value in (0, 2500, 20_000, 1_500_000)] == ["£0", "£2,500", "£20k", "£1.5m"]


def test_a_chart_stands_against_the_highest_of_both_spans():
    chart = draw([0, 10], before=[40, 0], labels=["1 Nov", "2 Nov"], said=["a", "b"], tick_text=TickText())
    assert chart.now == "M0.0 100.0 L1000.0 75.0"
    assert chart.before == "M0.0 0.0 L1000.0 100.0"
    assert [tick.text for tick in chart.across] == ["0", "10", "20", "30", "40"]
    assert [part.said for part in chart.slices] == ["a", "b"]


def test_every_tone_has_an_icon_so_that_colour_never_speaks_alone():
    assert set(chips.ICONS) == set(Tone)
    html = str(Chip("Paid", Tone.WELL))
    assert "check_circle" in html
    assert "Paid" in html


def test_a_chip_escapes_its_word():
    assert "<b>" not in str(Chip("<b>x</b>"))


def test_a_status_that_nobody_registered_is_quiet_with_djangos_word():
    person = StaffFactory.build(theme="dark")
    assert chips.chip_for(person, "theme") == Chip(word="Dark")
