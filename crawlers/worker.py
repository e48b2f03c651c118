"""This process as one that claims runs: a name, and a lock under that name for as long as it lives.

A process number is given again after a restart, and a container often has the same one each time; a lock dies with
whoever held it.
"""

import atexit
import fcntl
import os
import secrets
import socket
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def worker_name(data_dir: Path) -> str:
    """The name under which this process claims; from the first call on its lock is held until the process ends."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    path = _lock(data_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    fcntl.flock(held, fcntl.LOCK_EX)
    atexit.register(path.unlink, missing_ok=True)
    return name


def is_alive(data_dir: Path, worker: str) -> bool:
    """Whether a worker still runs. One of another machine, whose locks are not here, is left alone."""
    path = _lock(data_dir, worker)
    if not path.exists():
        return not worker.startswith(f"{socket.gethostname()}:")
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock(data_dir: Path, worker: str) -> Path:
    return data_dir / "workers" / worker
