"""Each rule of the house, broken on purpose: a guard that cannot fail guards nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models

from tests import house

UPWARD = "from apps.orders import models"
EDGE_FROM_RULE = "import rest_framework"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code, free to be broken."""
    for folder in ("apps", "config"):
        shutil.copytree(
            house.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.json")
        )
    shutil.copy(house.ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts_of(copy: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(copy)}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("apps/catalog/broken.py", UPWARD, "An app imports only from the floors below it"),
        (
            "apps/catalog/broken.py",
            "import apps.customers.models",
            "An app imports only from the floors below it",
        ),
        ("apps/catalog/broken.py", "import config.wiring", "Apps do not know the composition root"),
        ("apps/accounts/services/broken.py", EDGE_FROM_RULE, "Rules know neither HTTP nor the queue"),
        ("apps/catalog/models.py", "import celery", "Rules know neither HTTP nor the queue"),
        ("apps/catalog/querysets.py", "import apps.catalog.models", "Inside an app: edges, then services"),
    ],
)
def test_an_import_that_breaks_a_layer_fails_the_contract(copy, file, line, contract):
    target = copy / file
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{target.read_text() if target.exists() else ''}\n{line}\n")
    done = contracts_of(copy)
    assert done.returncode == 1
    assert f"{contract}" in done.stdout
    assert "BROKEN" in done.stdout


@pytest.mark.slow
def test_an_app_without_a_floor_fails_the_contract(copy):
    (copy / "apps" / "gossip").mkdir()
    (copy / "apps" / "gossip" / "__init__.py").touch()
    assert contracts_of(copy).returncode == 1


@pytest.mark.slow
def test_the_untouched_copy_keeps_every_contract(copy):
    assert contracts_of(copy).returncode == 0


def test_a_foreign_key_that_points_up_is_found():
    class Gossip(models.Model):
        order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "catalog"
            managed = False

    try:
        assert house.upward_links([Gossip]) == ["catalog.Gossip.order points at orders.Order"]
    finally:
        models.options.apps.all_models["catalog"].pop("gossip")
        models.options.apps.clear_cache()


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (house.hidden_imports, "def f():\n    import os\n"),
        (house.wide_catches, "try:\n    f()\nexcept Exception:\n    pass\n"),
        (house.wide_catches, "try:\n    f()\nexcept:\n    pass\n"),
        (house.signal_handlers, "from django.db.models.signals import post_save\npost_save.connect(f)\n"),
        (house.own_addresses, "link = request.build_absolute_uri('/admin/')\n"),
        (house.own_addresses, "link = f'https://{request.get_host()}/admin/'\n"),
        (house.overlong, "def f():\n" + "    f()\n" * 51),
        (house.overlong, "f()\n" * 401),
    ],
)
def test_code_that_breaks_a_rule_is_found(tmp_path, rule, source):
    path = tmp_path / "broken.py"
    path.write_text(source)
    assert len(rule(path)) == 1


def test_a_file_within_the_rules_is_not_found(tmp_path):
    path = tmp_path / "fine.py"
    path.write_text(
        "import os\n\n\ndef f() -> None:\n    try:\n        os.stat('.')\n    except OSError:\n        pass\n"
    )
    rules = (house.hidden_imports, house.wide_catches, house.signal_handlers, house.overlong)
    assert [rule(path) for rule in rules] == [[], [], [], []]
