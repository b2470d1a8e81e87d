"""Every act that the code writes into the trail has words that a person reads.

The acts are found in the code: what is handed to ``audit.record`` as ``action``, through whatever function
of the same module hands it on. One that is put together has its parts named here.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import pytest
from django.contrib import admin

from apps.approvals.states import ENDS
from apps.core import trail
from apps.core.models import AppSignIn
from tests import house

WRITERS: Final = frozenset({"record", "record_each"})


def _listed() -> list[str]:
    return sorted(str(model._meta.model_name) for model in admin.site._registry)


def _owners() -> list[str]:
    """Whose sign-ins through apps are kept: the model of each."""
    return [
        str(kept._meta.get_field("user").related_model._meta.model_name)
        for kept in AppSignIn.__subclasses__()
    ]


# What is put together, by module: every act that can come of it.
COMPOSED: Final = {
    "apps.approvals.services.steps": lambda: [f"todo.{end.value}" for end in ENDS],
    "apps.core.admin.exports": lambda: [f"{model}.exported" for model in _listed()],
    "apps.core.admin.traces": lambda: [
        f"{model}.{verb}" for model in _listed() for verb in ("added", "changed", "removed")
    ],
    "apps.core.app_sign_ins": lambda: [
        f"{owner}.{verb}" for owner in _owners() for verb in ("signed_in_by_app", "app_sign_in_ended")
    ],
}


@dataclass
class Said:
    """The acts that a module writes down in so many words, and whether it puts any together."""

    acts: set[str] = field(default_factory=set)
    is_composed: bool = False


def acts_of(code: str) -> Said:
    """What a module hands to the trail as ``action``."""
    tree, said = ast.parse(code), Said()
    for call, within in _calls(tree):
        given = _keyword(call, "action")
        if given is not None and (_called(call) in WRITERS or _is_an_act(given)):
            _follow(given, within, tree, said)
    return said


def _calls(
    tree: ast.AST, within: ast.FunctionDef | None = None
) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    """Every call, with the innermost function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node, within
        yield from _calls(node, node if isinstance(node, ast.FunctionDef) else within)


def _follow(given: ast.expr, within: ast.FunctionDef | None, tree: ast.Module, said: Said) -> None:
    """The act as it stands there; where it was handed to the function, as its callers hand it on."""
    if isinstance(given, ast.Constant):
        said.acts.add(str(given.value))
    elif isinstance(given, ast.IfExp):
        for branch in (given.body, given.orelse):
            _follow(branch, within, tree, said)
    elif isinstance(given, ast.Name) and within is not None and given.id in _parameters(within):
        for call, caller in _calls(tree):
            if _called(call) == within.name:
                _follow(_handed(call, within, given.id), caller, tree, said)
    else:
        said.is_composed = True


def _is_an_act(given: ast.expr) -> bool:
    """Whether it can be nothing else, whatever other module's function it is handed to."""
    return isinstance(given, ast.Constant) and "." in str(given.value)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def _handed(call: ast.Call, to: ast.FunctionDef, name: str) -> ast.expr:
    given = _keyword(call, name)
    if given is not None:
        return given
    places = [each.arg for each in to.args.args if each.arg != "self"]
    return call.args[places.index(name)]


@cache
def _written() -> dict[str, Said]:
    found = {
        ".".join(path.relative_to(house.ROOT).with_suffix("").parts): acts_of(
            path.read_text(encoding="utf-8")
        )
        for path in house.our_sources()
        if path.is_relative_to(house.ROOT / "apps") and path.stem != "audit"
    }
    return {module: said for module, said in found.items() if said.acts or said.is_composed}


def test_every_act_that_is_written_down_has_words_for_it():
    written = _written()
    every = {act for said in written.values() for act in said.acts} | {"audit.opened"}
    every |= {act for composed in COMPOSED.values() for act in composed()}
    assert sorted(act for act in every if trail.act_of(act) is None) == []


def test_no_act_is_put_together_but_where_its_parts_are_named():
    assert sorted(module for module, said in _written().items() if said.is_composed) == sorted(COMPOSED)


def test_no_words_are_kept_for_an_act_that_nobody_writes_down():
    every = {act for said in _written().values() for act in said.acts} | {"audit.opened"}
    every |= {act for composed in COMPOSED.values() for act in composed()}
    assert sorted(set(trail._acts) - every) == []


@pytest.mark.parametrize(
    ("code", "acts", "is_composed"),
    [
        ('def f(): record(actor=a, action="x.made")', {"x.made"}, False),
        ('def f(): audit.record(action="x.a" if y else "x.b")', {"x.a", "x.b"}, False),
        (
            'def f(): _t("x.a")\ndef g(): _t(action="x.b")\ndef _t(action): record(action=action)',
            {"x.a", "x.b"},
            False,
        ),
        ('def f(z): record(action=f"{z}.made")', set(), True),
        ('def f(): elsewhere(action="x.made")', {"x.made"}, False),
        ('def f(): parser.add_argument(action="store_true")', set(), False),
    ],
)
def test_an_act_is_found_however_it_is_handed_on(code, acts, is_composed):
    said = acts_of(code)
    assert (said.acts, said.is_composed) == (acts, is_composed)
