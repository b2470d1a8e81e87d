"""What was found in a file: by level, with row, column and reason, no more than a person can read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from apps.inventory.intake.limits import MOST_SHOWN
from apps.inventory.intake.wording import FINDINGS, worded


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # the row is bad; nothing of the file is written
    WARNING = "warning"  # taken, and to be looked at
    NOTICE = "notice"  # what was done with the file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: where, and as a code with facts, so that it can be kept and worded for each reader."""

    level: Level
    code: str
    row: int | None = None  # as the spreadsheet numbers it; None: of the column, or of the whole file
    column: str = ""  # its letter
    header: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return worded(FINDINGS[self.code], self.facts)

    @property
    def place(self) -> str:
        """Where it is: "Row 12, column B (Buy price)"."""
        parts = []
        if self.row is not None:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            column = _("column %(letter)s") % {"letter": self.column}
            parts.append(f"{column} ({self.header})" if self.header else column)
        return ", ".join(parts)[:1].upper() + ", ".join(parts)[1:]

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass(frozen=True, slots=True)
class Findings:
    """Of each level the first ``MOST_SHOWN``, and how many there are of it in all."""

    shown: tuple[Finding, ...] = ()
    counts: Mapping[Level, int] = field(default_factory=dict)

    def of(self, level: Level) -> tuple[Finding, ...]:
        """Those of a level that are shown."""
        return tuple(finding for finding in self.shown if finding.level is level)

    def count(self, level: Level) -> int:
        """How many there are of a level, shown or not."""
        return self.counts.get(level, 0)


class Collector:
    """Gathers findings while a file is read, in bounded memory."""

    def __init__(self) -> None:
        self._shown: list[Finding] = []
        self._counts: Counter[Level] = Counter()

    def add(self, finding: Finding) -> None:
        """Count it, and keep it while there is room."""
        if self._counts[finding.level] < MOST_SHOWN:
            self._shown.append(finding)
        self._counts[finding.level] += 1

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add each."""
        for finding in findings:
            self.add(finding)

    def done(self) -> Findings:
        """All of it in the order of the file; what is of no row comes first."""
        ordered = sorted(self._shown, key=lambda one: one.row or 0)
        return Findings(tuple(ordered), dict(self._counts))
