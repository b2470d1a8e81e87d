"""Which Larder this is: its version, and the commit it was built from, where that is known."""

import os
from pathlib import Path
from typing import Final

VERSION: Final = "0.1.0"  # as in pyproject.toml; a test compares
SHOWN: Final = 12  # characters of a commit


def release(folder: Path) -> tuple[str, str]:
    """Version and commit; an image says its commit by LARDER_COMMIT, a checkout by its .git."""
    return VERSION, (os.environ.get("LARDER_COMMIT", "").strip() or _checked_out(folder))[:SHOWN]


def _checked_out(folder: Path) -> str:
    """The commit of a checkout, without running git; empty for what is none."""
    try:
        git = _git_folder(folder / ".git")
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        return _tip(git, head.removeprefix("ref: "))
    except OSError:
        return ""


def _git_folder(path: Path) -> Path:
    """A worktree has a file there, which names its folder."""
    return Path(path.read_text().partition("gitdir: ")[2].strip()) if path.is_file() else path


def _tip(git: Path, branch: str) -> str:
    """A branch's commit, in its own file or among those that git packed."""
    common = git / "commondir"
    shared = (git / common.read_text().strip()).resolve() if common.exists() else git
    own = shared / branch
    if own.exists():
        return own.read_text().strip()
    packed = (shared / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {branch}")), "")
