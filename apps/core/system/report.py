"""The report as text, for a mail to whoever helps: no secret is in any fact, so none is in it."""

from collections.abc import Sequence
from datetime import datetime

from apps.core.admin.chips import Tone
from apps.core.options.own import ShopOptions
from apps.core.system.parts import Fact, Part


def as_text(parts: Sequence[Part], *, at: datetime) -> str:
    """Every fact on a line of its own."""
    lines = [f"{ShopOptions().name}: Larder, {at:%Y-%m-%d %H:%M:%S} UTC"]
    for part in parts:
        standing = "" if part.tone == Tone.QUIET else f" [{part.chip.word}]"
        lines += ["", f"{part.kind.title}{standing}"]
        lines += [f"  {part.problem}"] if part.problem else [_line(fact) for fact in part.facts]
    return "\n".join(lines) + "\n"


def _line(fact: Fact) -> str:
    said = f"  {fact.label}: {fact.value}"
    return f"{said}  <- {fact.advice}" if fact.advice else said
