"""What all tests share: a PostgreSQL server of their own, and where real captures lie."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failing test: speed lives in `make bench`.
settings.register_profile("undercut", deadline=None)
settings.load_profile("undercut")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def captures_dir() -> Path:
    """The folder of real documents; tests over them are left out where it is missing."""
    folder = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT / ".." / "shared" / "captures")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real captures in {folder} (UNDERCUT_CAPTURES names the folder)")
    return folder


def _server_binary(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    return next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server on loopback in a temporary folder, ended after the tests."""
    initdb, pg_ctl = _server_binary("initdb"), _server_binary("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL server on this machine (initdb, pg_ctl)")
    folder = tmp_path_factory.mktemp("postgresql")
    as_server: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_server = ["runuser", "-u", "postgres", "--"]
        for parent in [folder, *folder.parents]:
            if parent.owner() == "root" and parent != Path("/tmp") and str(parent).startswith("/tmp/"):  # noqa: S108
                parent.chmod(0o755)
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster = folder / "cluster"
    quiet = {"check": True, "capture_output": True, "cwd": folder}
    subprocess.run(
        [*as_server, initdb, "-D", str(cluster), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "undercut"],
        **quiet,
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    log = str(folder / "log")
    subprocess.run([*as_server, pg_ctl, "-D", str(cluster), "-w", "-l", log, "-o", options, "start"], **quiet)
    try:
        yield f"postgresql+psycopg://undercut@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_server, pg_ctl, "-D", str(cluster), "-m", "immediate", "stop"], check=False, capture_output=True
        )
