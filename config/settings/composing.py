"""How a deployment's settings take over the common ones without a star import."""

from types import ModuleType
from typing import Any


def settings_of(module: ModuleType) -> dict[str, Any]:
    """Every setting of a settings module, by name."""
    return {name: value for name, value in vars(module).items() if name.isupper()}
