"""Who may ask."""

import pytest
from flask.testing import FlaskClient

from dashboard.access import AccessError, check_address
from dashboard.app import create_app
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf

CALLBACK = "/_dash-update-component"


def test_a_foreign_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_our_own_host_name_is_answered(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "127.0.0.1:8050"}).status_code == 200


def test_a_post_from_another_origin_is_refused(client: FlaskClient) -> None:
    answer = client.post(CALLBACK, json={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_post_that_the_browser_calls_cross_site_is_refused(client: FlaskClient) -> None:
    assert client.post(CALLBACK, json={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_page_of_another_port_of_this_machine_is_refused(client: FlaskClient) -> None:
    assert client.post(CALLBACK, json={}, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_no_sign_in(host: str) -> None:
    check_address(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "prices.example"])  # noqa: S104
def test_another_address_without_sign_in_is_refused(host: str) -> None:
    with pytest.raises(AccessError, match="without a sign-in"):
        check_address(Settings(host=host))


def test_another_address_with_a_sign_in_in_front_is_allowed() -> None:
    check_address(Settings(host="10.0.0.4", sign_in_header="X-Forwarded-User", trusted_hosts="prices.example"))


class TestSignIn:
    @pytest.fixture
    def guarded(self) -> FlaskClient:
        settings = Settings(sign_in_header="X-Forwarded-User", sign_in_proxy="10.0.0.9", trusted_hosts="prices.example")
        return create_app(FixedShelf(None), settings).server.test_client()

    @pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies", "/rows/prices"])
    def test_nothing_is_shown_to_strangers(self, guarded: FlaskClient, path: str) -> None:
        assert guarded.get(path).status_code == 401

    def test_the_header_counts_only_from_the_proxy(self, guarded: FlaskClient) -> None:
        forged = {"X-Forwarded-User": "somebody"}
        assert guarded.get("/", headers=forged).status_code == 401
        assert guarded.get("/", headers=forged, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200

    def test_health_is_open(self, guarded: FlaskClient) -> None:
        assert guarded.get("/healthz").status_code == 200


def test_scripts_run_only_by_their_hash(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "sha256-" in scripts


def test_the_machine_interface_of_dash_is_off(client: FlaskClient) -> None:
    assert b"mcp" not in client.get("/").data.lower()
