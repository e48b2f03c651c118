"""Who may ask, and what a page may do: host, origin, sign-in and content security.

One person on one machine needs no sign-in: the dashboard listens on loopback and answers only to its own name. Beyond
loopback a proxy in front of it signs people in and hands their name over in a header.
"""

import ipaddress
from collections.abc import Callable

from dash import Dash
from flask import Flask, Response, abort, request

from pipeline.domain.errors import UndercutError
from pipeline.settings import Settings

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_OPEN = ("/healthz", "/readyz")
_CSP = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class AccessError(UndercutError):
    """The dashboard may not listen where it was told to."""


def check_address(settings: Settings) -> None:
    """Refuse an address beyond loopback where nobody signs people in."""
    if is_loopback(settings.host):
        return
    if settings.sign_in_header is None or not settings.trusted_hosts:
        raise AccessError(
            f"the dashboard will not listen on {settings.host} without a sign-in in front of it: set "
            "UNDERCUT_SIGN_IN_HEADER, UNDERCUT_SIGN_IN_PROXY and UNDERCUT_TRUSTED_HOSTS, or use 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def guard(app: Dash, settings: Settings) -> None:
    """Put every request of the app under the rules of this module."""
    server: Flask = app.server
    server.config["TRUSTED_HOSTS"] = [*LOOPBACK, *settings.trusted]
    server.before_request(_known_host)
    server.before_request(_same_origin)
    if settings.sign_in_header is not None:
        server.before_request(_signed_in(settings.sign_in_header, settings.sign_in_proxy))
    server.after_request(_headers(app))


def _known_host() -> None:
    """A foreign name in Host is DNS rebinding: werkzeug refuses it when it is read."""
    assert request.host  # noqa: S101  (reading it raises SecurityError, answered with 400)


def _same_origin() -> None:
    """Whatever is no reading must come from a page of our own."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.split("://")[-1] != request.host:
        abort(403)


def _signed_in(header: str, proxy: str) -> Callable[[], None]:
    def check() -> None:
        if request.path in _OPEN:
            return
        if request.remote_addr != proxy or not request.headers.get(header):
            abort(401)

    return check


def _headers(app: Dash) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # Hashes per response: pages add inline scripts after the app was made, at the first request.
        policy = _CSP.format(hashes=" ".join(app.csp_hashes()))
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return add
