"""Delivery by SMTP. Nothing is sent without the security that was asked for: there is no falling back.

A refusal of the recipient is permanent; everything else (no server, a 4xx, TLS or password trouble) is tried again.
"""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

Security = Literal["none", "starttls", "tls"]
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_TRIES = 12


class DeliveryError(Exception):
    """A mail was not delivered; `permanent` says that trying again is useless, `server_down` that nothing will go."""

    def __init__(self, reason: str, *, permanent: bool = False, server_down: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.server_down = server_down


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The SMTP relay and how to speak to it."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None
    cafile: Path | None = None
    timeout_seconds: float = 30.0


def retry_after(tries: int) -> timedelta:
    """1 minute, doubled with each try, at most 6 hours."""
    return min(timedelta(minutes=2 ** min(tries, 9)), timedelta(hours=6))


def send(relay: Relay, *, sender: str, recipient: str, raw: bytes) -> None:
    """Hand one message to the relay, or raise DeliveryError."""
    try:
        with _connect(relay) as connection:
            connection.sendmail(sender, [recipient], raw)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise DeliveryError(f"{recipient} refused: {code} {text!r}", permanent=500 <= code < 600) from error
    except smtplib.SMTPResponseException as error:
        # SMTPException is an OSError: it must be asked for first, or a 451 looks like a dead server.
        raise DeliveryError(f"the relay answered {error.smtp_code} {error.smtp_error!r}") from error
    except smtplib.SMTPException as error:
        raise DeliveryError(f"the relay could not be used: {error}", server_down=True) from error
    except OSError as error:
        raise DeliveryError(
            f"the relay {relay.host}:{relay.port} cannot be reached: {error}", server_down=True
        ) from error


def _connect(relay: Relay) -> smtplib.SMTP:
    if relay.security == "none":
        if relay.host not in _LOOPBACK:
            raise DeliveryError(
                f"mail to {relay.host} would go unencrypted: set UNDERCUT_SMTP_SECURITY to starttls or tls",
                server_down=True,
            )
        connection: smtplib.SMTP = smtplib.SMTP(relay.host, relay.port, timeout=relay.timeout_seconds)
    else:
        context = ssl.create_default_context(cafile=None if relay.cafile is None else str(relay.cafile))
        if relay.security == "tls":
            connection = smtplib.SMTP_SSL(relay.host, relay.port, timeout=relay.timeout_seconds, context=context)
        else:
            connection = smtplib.SMTP(relay.host, relay.port, timeout=relay.timeout_seconds)
            connection.starttls(context=context)
    if relay.user is not None and relay.password is not None:
        connection.login(relay.user, relay.password)
    return connection
