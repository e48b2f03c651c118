"""What every frame of the small snapshot agrees on: its build, its data end, a hostile name and made-up digests."""

import hashlib

DATA_TO = "2026-11-22T06:10:00Z"
BUILD = "20261122T062000Z-5ca1ab1e"
HOSTILE = "<img src=x onerror=alert(1)>=%{x}‮"


def digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
