"""Delivery against a real SMTP server on loopback."""

import socket
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from pipeline.alerts.transport import DeliveryError, Relay, retry_after, send


class Box:
    """Keeps what arrives; refuses what it is told to refuse."""

    def __init__(self, rcpt="250 OK", data="250 OK"):
        self.mails = []
        self.rcpt, self.data = rcpt, data

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data.startswith("250"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.data


@contextmanager
def server(box):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield Relay(host="127.0.0.1", port=port, security="none", timeout_seconds=60)
    finally:
        controller.stop()


def deliver(relay):
    send(relay, sender="undercut@example.org", recipient="a@example.org", raw=b"Subject: x\r\n\r\nbody\r\n")


def test_a_mail_arrives():
    box = Box()
    with server(box) as relay:
        deliver(relay)
    assert box.mails == [("undercut@example.org", ["a@example.org"], b"Subject: x\r\n\r\nbody\r\n")]


def test_a_refused_recipient_is_permanent():
    with server(Box(rcpt="550 no such person")) as relay, pytest.raises(DeliveryError) as refused:
        deliver(relay)
    assert refused.value.permanent


def test_a_451_is_tried_again_and_is_no_dead_server():
    with server(Box(data="451 later")) as relay, pytest.raises(DeliveryError) as later:
        deliver(relay)
    assert not later.value.permanent
    assert not later.value.server_down


def test_no_server_is_a_dead_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError) as down:
        deliver(Relay(host="127.0.0.1", port=port, security="none", timeout_seconds=60))
    assert down.value.server_down


def test_mail_beyond_this_machine_never_goes_unencrypted():
    with pytest.raises(DeliveryError, match="unencrypted"):
        deliver(Relay(host="mail.example.org", port=25, security="none"))


def test_a_server_without_starttls_gets_nothing():
    box = Box()
    with server(box) as relay, pytest.raises(DeliveryError):
        deliver(Relay(host=relay.host, port=relay.port, security="starttls", timeout_seconds=60))
    assert box.mails == []


def test_waits_double_up_to_six_hours():
    assert [retry_after(n).total_seconds() / 60 for n in (0, 1, 2, 8, 9, 50)] == [1, 2, 4, 256, 360, 360]
