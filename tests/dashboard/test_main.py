"""`python -m dashboard` as a process."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

PATIENCE = 120  # looks at a server that is starting


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def server(port: int, tmp_path: Path) -> Iterator[str]:
    env = {"UNDERCUT_DATA_DIR": str(tmp_path), "UNDERCUT_PORT": str(port), "PATH": "", "HOST": "0.0.0.0"}  # noqa: S104
    process = subprocess.Popen([sys.executable, "-m", "dashboard"], env=env)
    address = f"http://127.0.0.1:{port}"
    for _ in range(PATIENCE):
        if process.poll() is not None:
            pytest.fail("the dashboard ended")
        try:
            urlopen(f"{address}/healthz", timeout=5).close()  # noqa: S310
            break
        except URLError:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.25)
    yield address
    process.terminate()
    process.wait(10)


@pytest.mark.slow
def test_it_serves_before_the_first_build_and_says_that_it_is_not_ready(server: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{server}/readyz", timeout=20)  # noqa: S310
    assert refused.value.code == 503


def test_it_refuses_to_listen_to_everybody(tmp_path: Path) -> None:
    env = {"UNDERCUT_DATA_DIR": str(tmp_path), "UNDERCUT_HOST": "0.0.0.0", "PATH": ""}  # noqa: S104
    done = subprocess.run([sys.executable, "-m", "dashboard"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "without a sign-in" in done.stderr
