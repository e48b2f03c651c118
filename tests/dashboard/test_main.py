"""`python -m dashboard` as a process."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from pipeline.settings import Settings
from tests.waiting import until


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def healthy(address: str) -> bool:
    try:
        urlopen(f"{address}/healthz").close()  # noqa: S310
    except URLError:  # it does not listen yet
        return False
    return True


@pytest.fixture
def server(port: int, tmp_path: Path) -> Iterator[str]:
    env = {"UNDERCUT_DATA_DIR": str(tmp_path), "UNDERCUT_PORT": str(port), "PATH": "", "HOST": "0.0.0.0"}  # noqa: S104
    process = subprocess.Popen([sys.executable, "-m", "dashboard"], env=env)
    address = f"http://127.0.0.1:{port}"
    until(lambda: healthy(address), process)
    yield address
    process.terminate()
    process.wait()


@pytest.mark.slow
def test_it_serves_before_the_first_build_and_says_that_it_is_not_ready(server: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{server}/readyz")  # noqa: S310
    assert refused.value.code == 503


@pytest.mark.slow
def test_what_ends_the_command_ends_the_server(port: int, tmp_path: Path) -> None:
    env = {"UNDERCUT_DATA_DIR": str(tmp_path), "UNDERCUT_PORT": str(port), "PATH": ""}
    process = subprocess.Popen([sys.executable, "-m", "pipeline.cli", "dashboard"], env=env)
    until(lambda: healthy(f"http://127.0.0.1:{port}"), process)
    process.terminate()
    process.wait()
    assert not healthy(f"http://127.0.0.1:{port}")


def test_it_refuses_to_listen_to_everybody(tmp_path: Path) -> None:
    env = {"UNDERCUT_DATA_DIR": str(tmp_path), "UNDERCUT_HOST": "0.0.0.0", "PATH": ""}  # noqa: S104
    done = subprocess.run([sys.executable, "-m", "dashboard"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "without a sign-in" in done.stderr


def test_a_citation_names_the_port_that_the_pages_are_served_on(monkeypatch):
    monkeypatch.setenv("UNDERCUT_PORT", "8062")
    assert Settings().public_url == "http://127.0.0.1:8062"
    monkeypatch.setenv("UNDERCUT_PUBLIC_URL", "https://undercut.example.org")
    assert Settings().public_url == "https://undercut.example.org"
