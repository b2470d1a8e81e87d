"""Which Larder this is."""

import tomllib

from config.environment import BASE_DIR
from config.release import VERSION, release

COMMIT = "4f1c2d9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e"


def test_the_version_is_the_projects():
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION


def test_an_image_says_its_commit_by_a_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("LARDER_COMMIT", COMMIT)
    assert release(tmp_path) == (VERSION, COMMIT[:12])


def test_a_checkout_knows_its_commit_detached_or_on_a_branch_loose_or_packed(monkeypatch, tmp_path):
    monkeypatch.delenv("LARDER_COMMIT", raising=False)
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text(f"{COMMIT}\n")
    assert release(tmp_path)[1] == COMMIT[:12]
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert release(tmp_path)[1] == COMMIT[:12]
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text("1" * 40)
    assert release(tmp_path)[1] == "1" * 12


def test_what_is_no_checkout_has_none(monkeypatch, tmp_path):
    monkeypatch.delenv("LARDER_COMMIT", raising=False)
    assert release(tmp_path) == (VERSION, "")
