"""How much memory a step took at its highest, of this process alone."""

from contextlib import suppress
from pathlib import Path
from resource import RUSAGE_SELF, getrusage


def forget_peak() -> None:
    """Let the peak begin anew; only Linux can, elsewhere a later peak shows only above an earlier one."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> int:
    """The most that this process had since, in kB."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return getrusage(RUSAGE_SELF).ru_maxrss
