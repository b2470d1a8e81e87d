"""The rules of the house as functions over code and models, so that a test can break each on purpose."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.db.models import FloatField, ForeignKey, ManyToManyField, Model, OneToOneField

ROOT: Final = Path(__file__).resolve().parent.parent
# The floors of docs/architecture.md, the lowest first; apps on one floor are strangers to each other.
FLOORS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"core"}),
    frozenset({"accounts"}),
    frozenset({"notifications", "translations", "media", "approvals"}),
    frozenset({"catalog", "customers"}),
    frozenset({"inventory"}),
    frozenset({"orders"}),
    frozenset({"subscriptions"}),
    frozenset({"campaigns"}),
    frozenset({"sync", "mobile"}),
    frozenset({"dashboard"}),
)
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 50
NAMELESS: Final = frozenset({"utils.py", "helpers.py", "misc.py", "common.py"})


def floor_of(app: str) -> int:
    """The floor an app stands on. Raises LookupError for an app that has not chosen one."""
    for number, apps in enumerate(FLOORS):
        if app in apps:
            return number
    raise LookupError(f"apps.{app} stands on no floor: add it to the layers in pyproject.toml and here")


def upward_links(models: Iterable[type[Model]]) -> list[str]:
    """Foreign keys that a linter cannot see (``ForeignKey("orders.Order")``) and that do not point down."""
    return [
        f"{model._meta.label}.{field.name} points at {field.related_model._meta.label}"
        for model in models
        for field in links_of(model)
        if not points_down(model, field.related_model)
    ]


def links_of(model: type[Model]) -> Iterator[Any]:
    """The links that a model itself declares (not the reverse side of others')."""
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
            yield field


def points_down(model: type[Model], target: type[Model]) -> bool:
    """Whether a link goes to the same app, to a lower floor, or to a library's model."""
    here, there = model._meta.app_config.name, target._meta.app_config.name
    if here == there or not there.startswith("apps."):
        return True
    return floor_of(there.removeprefix("apps.")) < floor_of(here.removeprefix("apps."))


def float_columns(models: Iterable[type[Model]]) -> list[str]:
    """Columns that would lose a penny (spec/00 rule 2)."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.local_fields
        if isinstance(field, FloatField)
    ]


def unguarded_choices(models: Iterable[type[Model]]) -> list[str]:
    """Status columns without a check constraint: the database holds the last line (STYLE 4.2)."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.local_fields
        if is_state(field) and not has_check(model, field.name)
    ]


def is_state(field: Any) -> bool:
    return field.name in {"state", "status"} and bool(field.choices)


def has_check(model: type[Model], column: str) -> bool:
    return any(column in str(getattr(constraint, "condition", "")) for constraint in model._meta.constraints)


def our_sources(root: Path = ROOT) -> Iterator[Path]:
    """Every Python file that we ship: no tests, no migrations."""
    for folder in ("apps", "config", "bench"):
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def hidden_imports(path: Path) -> list[str]:
    """Imports inside a function: they dodge the import contracts (STYLE 3)."""
    return [
        f"{path}:{node.lineno}"
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def wide_catches(path: Path) -> list[str]:
    """``except Exception`` and bare ``except``: allowed at sync's row boundary only (STYLE 8.7)."""
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]


def signal_handlers(path: Path) -> list[str]:
    """Connections to model signals: we announce facts instead (STYLE 4.6)."""
    names = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id in names
    ]


def own_addresses(path: Path) -> list[str]:
    """Who asks for the host of a request: addresses are made in core.addresses, which knows PUBLIC_URL."""
    names = {"build_absolute_uri", "get_current_site", "get_host"}
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.Name) and node.id in names)
    ]


def overlong(path: Path) -> list[str]:
    """Files past 400 lines of code and functions past 50 lines."""
    source = path.read_text()
    code = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
    found = [f"{path}: {len(code)} lines"] if len(code) > LONGEST_FILE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return found
