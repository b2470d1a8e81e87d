import subprocess
import sys

import pytest

from config.environment import BASE_DIR
from tests.config.test_environment import PRODUCTION


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_production_never_falls_back_to_embedded_services(tmp_path, missing):
    environment = PRODUCTION | {missing: "", "LARDER_VAR": str(tmp_path)}
    refused = manage("migrate", **environment)
    assert refused.returncode == 1
    assert refused.stderr == f"In production these must be set: {missing}. See .env.example.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_variable_ends_every_command_with_its_sentence_and_no_traceback(tmp_path):
    refused = manage("check", PORT="many", LARDER_VAR=str(tmp_path))
    assert (refused.returncode, refused.stderr) == (
        1,
        "PORT is “many”; it must be a whole number from 1 to 65535.\n",
    )


@pytest.mark.slow
def test_a_folder_that_cannot_be_used_ends_with_its_sentence_and_no_traceback():
    refused = manage("check", LARDER_VAR="/proc/larder")
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "/proc/larder: No such file or directory. LARDER_VAR chooses another folder"
    )
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", [["services", "status"], ["help"], ["--version"]], ids=" ".join)
def test_some_commands_start_nothing(tmp_path, command):
    done = manage(*command, LARDER_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
