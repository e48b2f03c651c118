"""What a person sees when a part of a page could not be made: a sentence with a reference that the log has, too."""

import logging
import secrets
from typing import Any

from dash import html, set_props

from dashboard.components.words import shown
from pipeline.domain.errors import UndercutError

logger = logging.getLogger(__name__)

PLACE = html.Div(id="failure", role="alert")


def told(error: Exception) -> None:
    """Log the error and say so on the page; the rest of the page lives. An error of ours is one plain sentence."""
    reference = secrets.token_hex(2)
    logger.error("part of a page failed", extra={"reference": reference}, exc_info=error)
    why = f" {shown(error)}" if isinstance(error, UndercutError) else ""
    text: list[Any] = [f"A part of this page did not load (reference {reference}).{why} ", html.A("Try again", href="")]
    set_props("failure", {"children": html.P(text, className="banner")})
