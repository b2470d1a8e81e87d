"""What is pinned is what is asked for, without asking any index."""

import re

import pytest

from config.environment import BASE_DIR

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
ASKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?(?:==(\S+))?$", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    return {name.lower(): version for name, version in PIN.findall((BASE_DIR / file).read_text())}


def asked(file: str) -> dict[str, str]:
    return {name.lower(): version for name, version in ASKED.findall((BASE_DIR / file).read_text())}


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_everything_asked_for_is_pinned_in_the_version_asked_for(kind):
    pinned = pins(f"{kind}.txt")
    wanted = asked(f"{kind}.in")
    assert wanted
    assert {name: pinned.get(name) for name in wanted} == {
        name: version or pinned.get(name, "anything") for name, version in wanted.items()
    }


def test_development_runs_on_the_very_packages_that_production_has():
    production, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: development.get(name) for name in production} == production


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_every_pin_carries_hashes_and_names_no_index(kind):
    text = (BASE_DIR / f"{kind}.txt").read_text()
    assert text.count("==") <= text.count("--hash=sha256:")
    assert "://" not in text


def test_every_direct_dependency_says_what_it_is_for():
    told = (BASE_DIR / "docs" / "dependencies.md").read_text().lower()
    direct = asked("requirements.in") | asked("requirements-dev.in")
    assert [name for name in direct if f"`{name}`" not in told] == []
