"""Every verb leaves an entry in the trace: one that forgets to is found by its code.

A verb is a public function of a service with the keyword ``actor``. From it, by the functions that it names,
through whatever module they come from, ``audit.record`` must be reached.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

from tests import house

RECORDS: Final = frozenset({"apps.core.audit.record", "apps.core.audit.record_each"})
# Verbs without an entry, and where their trace is instead.
ELSEWHERE: Final = {
    "apps.accounts.services.app_key_use.write_uses": "the key's own last use, by the app and not by staff",
    "apps.accounts.services.app_keys.tell_expiring": "the notice that comes of it",
    "apps.accounts.services.app_sign_ins.end_app_sign_in": "AppSignIns.end, a method, writes it",
    "apps.accounts.services.changing_second_factor.begin_second_factor": "not in force before its code",
    "apps.accounts.services.lockout.prune_tries": "what no longer counts",
    "apps.accounts.services.resetting.prune_resets": "what has run out by itself",
    "apps.accounts.services.sessions.prune_sessions": "what has run out by itself",
    "apps.media.services.copying.make_copies": "the picture's own state; what was uploaded has its entry",
    "apps.media.services.tidying.ask_again": "the picture's own state",
    "apps.core.outgoing.failed": "the message's journal",
    "apps.core.outgoing.give_up": "the message's journal",
    "apps.core.outgoing.queue": "the message's journal",
    "apps.core.outgoing.queue_several": "the messages' journals",
    "apps.core.outgoing.recover": "the message's journal",
    "apps.core.outgoing.reword": "the message's journal; what it tells of was renamed in ERPNext",
    "apps.core.outgoing.sent": "the message's journal",
    "apps.core.outgoing.take": "the message's journal",
    "apps.core.outgoing.withdraw": "the messages' journals, and the entry of whoever takes them back",
    "apps.inventory.services.invoices.learning.learn": "the confirmation that it is a part of",
    "apps.inventory.services.invoices.steps.move": "the journal, and the entry of the verb that moves it",
    "apps.inventory.services.invoices.steps.note": "it is the journal",
    "apps.inventory.services.invoices.telling.tell": "the confirmation that it is a part of",
    "apps.inventory.services.invoices.tidying.tell_contested": "the notice itself",
    "apps.inventory.services.invoices.tidying.tidy_files": "what a crash left, and nobody ever had",
    "apps.sync.services.asking.ask_for_run": "the run, with who asked for it",
    "apps.sync.services.comparing.ask_for_comparison": "the run, with who asked for it",
    "apps.sync.services.comparing.ask_for_comparisons": "the runs, with who asked for them",
    "apps.sync.services.comparing.read_differing_again": "the runs, with who asked for them",
    "apps.sync.services.inspecting.ask_for_check": "the check, with who asked for it",
    "apps.sync.services.picturing.fetch_pictures": "the images' own state, and the pictures that come of it",
    "apps.sync.services.retrying.retry_parked": "the run, with who asked for it",
    "apps.sync.services.sending.send_waiting": "the journals of the messages",
    "apps.sync.services.verifying.verify": "the runs that it makes",
    "apps.notifications.services.feed.notify_staff": "the notice itself, with who said it",
    "apps.notifications.services.feed.prune_notices": "what nobody keeps: the option says how long",
    "apps.notifications.services.messages.mark_messages_read": "the message's own read_at",
    "apps.notifications.services.messages.prune_messages": "what nobody keeps: the option says how long",
    "apps.notifications.services.messages.resubscribe": "the recipient's own wish, not staff's",
    "apps.notifications.services.messages.tell": "the message itself",
    "apps.notifications.services.messages.tell_customer": "the message itself",
    "apps.notifications.services.messages.unsubscribe": "the row itself, with since when",
    "apps.notifications.services.devices.forget_device": "the recipient's own phone, not staff's",
    "apps.notifications.services.devices.register_device": "the row itself, with since when",
    "apps.notifications.services.delivering.send_due": "the delivery's own state, when and why",
}


@dataclass(frozen=True)
class Module:
    """A module's functions, and what the names that it imports mean."""

    name: str
    functions: dict[str, ast.FunctionDef]
    imported: dict[str, str]


def verbs_without_a_trace(sources: Iterable[tuple[str, str]]) -> list[str]:
    """The verbs, by dotted name, of these (module, code) that never reach ``audit.record``."""
    modules = {name: _read(name, code) for name, code in sources}
    calls = {
        f"{module.name}.{name}": {_meant(said, module, modules) for said in _said(node)}
        for module in modules.values()
        for name, node in module.functions.items()
    }
    tracing = set(RECORDS)
    while more := {caller for caller, called in calls.items() if called & tracing} - tracing:
        tracing |= more
    return sorted(
        f"{module.name}.{name}"
        for module in modules.values()
        for name, node in module.functions.items()
        if _is_verb(module.name, node) and f"{module.name}.{name}" not in tracing
    )


def _read(name: str, code: str) -> Module:
    body = ast.parse(code).body
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return Module(name, functions, imported)


def _said(node: ast.FunctionDef) -> Iterator[str]:
    """What a function names, called or handed on to be called: ``x``, and ``y.x``."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield f"{part.value.id}.{part.attr}"


def _meant(said: str, module: Module, modules: dict[str, Module]) -> str:
    """The function that a name means where it is said, through whatever hands it on."""
    first, _dot, rest = said.partition(".")
    if not rest and said in module.functions:
        return f"{module.name}.{said}"
    if first not in module.imported:
        return ""
    dotted = ".".join(filter(None, (module.imported[first], rest)))
    home, name = dotted.rpartition(".")[0], dotted.rpartition(".")[2]
    if home in modules and name not in modules[home].functions and name in modules[home].imported:
        return _meant(name, modules[home], modules)
    return dotted


def _is_verb(module: str, node: ast.FunctionDef) -> bool:
    is_of_a_service = ".services" in module or module in {"apps.core.outgoing", "apps.core.options.saving"}
    takes_actor = any(argument.arg == "actor" for argument in node.args.kwonlyargs)
    return is_of_a_service and takes_actor and not node.name.startswith("_")


def _ours() -> Iterator[tuple[str, str]]:
    for path in house.our_sources():
        if path.is_relative_to(house.ROOT / "apps"):
            yield _module(path), path.read_text(encoding="utf-8")


def _module(path: Path) -> str:
    return ".".join(path.relative_to(house.ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_verb_leaves_an_entry_or_says_where_its_trace_is():
    assert [verb for verb in verbs_without_a_trace(_ours()) if verb not in ELSEWHERE] == []


def test_no_verb_is_excused_that_leaves_an_entry_or_is_gone():
    assert sorted(set(ELSEWHERE) - set(verbs_without_a_trace(_ours()))) == []


MIXED: Final = dedent(
    """
    from apps.core import audit
    def remembers(pk, *, actor): _write(pk, actor)
    def forgets(pk, *, actor): Row.objects.filter(pk=pk).update(x=1)
    def asks(pk): return Row.objects.get(pk=pk)
    def _write(pk, actor): audit.record(actor=actor)
    """
)


def test_a_verb_that_forgets_is_found_however_many_others_remember():
    assert verbs_without_a_trace([("apps.x.services", MIXED)]) == ["apps.x.services.forgets"]


def test_a_helper_of_another_module_does_not_speak_for_ones_own():
    here = "def move(pk, *, actor): _write(pk)\ndef _write(pk): pass"
    found = verbs_without_a_trace([("apps.x.services.a", here), ("apps.x.services", MIXED)])
    assert found == ["apps.x.services.a.move", "apps.x.services.forgets"]


def test_a_verb_may_leave_it_to_another_that_a_package_hands_on():
    door = "from apps.x.services.deep import remembers"
    edge = "from apps.x import services\ndef both(pk, *, actor): services.remembers(pk, actor=actor)"
    found = verbs_without_a_trace(
        [("apps.y.services", edge), ("apps.x.services", door), ("apps.x.services.deep", MIXED)]
    )
    assert found == ["apps.x.services.deep.forgets"]
