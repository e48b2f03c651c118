"""A transition as an e-mail: what happened in the subject, the whole of it in plain text, the same in HTML.

No remote image, no tracking, no link that acts. The word "dumping" appears in no subject. Crawled names are cleaned
of line breaks and invisible characters, and escaped in HTML.
"""

import html
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from pipeline.alerts.transitions import Became
from pipeline.domain.vocabulary import FlagKind
from pipeline.flags.words import LEGAL, TITLES

LONGEST_SUBJECT = 78 - len("Subject: ")
"""A longer line would be folded, and some programs show the fold (RFC 5322, 2.1.1: 78 characters a line)."""
_SHORTEST_NAME = 12
NOTHING_ELSE = "It says that a published price fell, nothing else. "
BLENDS = "(B31 = (3 x input + output) / 4; B721 = (7 x cached input + 2 x input + output) / 10)"
NOT_TESTED = "Not tested: volumes sold, prices net of private rebates, cost, injury."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every mail of one monitor carries."""

    sender: str
    prefix: str
    public_url: str
    build: str
    method_version: str
    chain_seq: int
    chain_sha256: str


def clean(text: str, longest: int = 120) -> str:
    """One line of printable characters: no control, format or separator characters, single spaces."""
    kept = "".join(" " if unicodedata.category(c)[0] in "ZC" else c for c in text)
    return " ".join(kept.split())[:longest]


def name_of(summary: dict[str, Any]) -> str:
    """The model's name for people: its version, else the first label as printed, and how many more."""
    name = summary["model_version"] or summary["labels"][0]
    more = len(summary["labels"]) - 1
    return clean(name) + (f" and {more} more name{'s' if more > 1 else ''}" if more > 0 else "")


def subject(summary: dict[str, Any], to: Became, prefix: str) -> str:
    """`[undercut] Cut 80%: openai/o3 (confirmed)`; a follow-up begins with Withdrawn."""
    size = fall(summary)
    what = "To free" if summary["kind"] == "to_free" else f"Cut {size}%" if size else "Cut"
    if to is Became.WITHDRAWN:
        what = f"Withdrawn: {what.lower()}"
    state = "" if to is Became.WITHDRAWN else f" ({summary['state']})"
    room = LONGEST_SUBJECT - len(prefix) - len(what) - len(state) - 3
    return f"{prefix} {what}: {_shortened(name_of(summary), max(room, _SHORTEST_NAME))}{state}"


def _shortened(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 3].rstrip()}..."


def fall(summary: dict[str, Any]) -> str:
    """The larger fall of the two blends in whole per cent; empty where neither can be computed."""
    known = [change for change in (summary["change_b31"], summary["change_b721"]) if change is not None]
    return f"{-min(known) * 100:.0f}" if known and min(known) < 0 else ""


def message(
    summary: dict[str, Any],
    to: Became,
    *,
    recipient: str,
    message_id: str,
    letterhead: Letterhead,
    at: datetime,
    picture: bytes | None,
) -> EmailMessage:
    """The complete mail of one transition to one recipient. `picture` is a PNG, or None where none was drawn."""
    lines = body_lines(summary, to, letterhead)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject(summary, to, letterhead.prefix)
    mail["From"] = letterhead.sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    domain = message_id.rstrip(">").rpartition("@")[2]
    # A root that was never sent: every mail of one decision falls into one thread, whichever came first.
    mail["In-Reply-To"] = mail["References"] = f"<decision.{summary['id']}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content("\n".join(lines))
    mail.add_alternative(_html(lines, picture is not None), subtype="html")
    if picture is not None:
        part = mail.get_payload()[1]  # type: ignore[index]
        part.add_related(picture, maintype="image", subtype="png", cid="<history>")  # type: ignore[union-attr]
    return mail


def body_lines(summary: dict[str, Any], to: Became, letterhead: Letterhead) -> list[str]:
    """The text part, complete by itself: kind, prices, dates, every document, what else it could be, where to look."""
    withdrawn = to is Became.WITHDRAWN
    first = _first_line(summary) if not withdrawn else "WITHDRAWN: an earlier alert on this decision no longer stands."
    buyers = "any country" if summary["market"] == "international" else summary["market"]
    lines = [first, "", f"{name_of(summary)}, sold by {clean(summary['seller'])} to buyers in {buyers}", ""]
    if withdrawn:
        lines += ["Why: " + clean(summary["why"], 2000), ""]
    lines += ["Prices per million tokens, tax as published" + _tax(summary) + ":"]
    lines += [
        f"  {meter.replace('_', ' '):<14} {_pair(pair, summary['currency'])}"
        for meter, pair in summary["prices"].items()
    ]
    lines += [_blends(summary), f"  {BLENDS}", "", "When: " + _when(summary), ""]
    if not withdrawn:
        lines += ["Why it is flagged: " + clean(summary["explanation"], 2000), ""]
    lines += ["Shown by: " + (", ".join(summary["sources"]) or "nobody any more")]
    if summary["contradicted_by"]:
        lines += ["Contradicted by: " + ", ".join(summary["contradicted_by"])]
    lines += [f"Documents, by SHA-256 (each stands at {letterhead.public_url}/evidence/ and its digest):"]
    lines += [f"  {digest}" for digest in summary["captures"]]
    lines += [*_handed_in(summary), ""]
    if not withdrawn:
        lines += _what_else(summary)
    lines += _addresses(f"{letterhead.public_url}/events/{summary['id']}", letterhead.build, withdrawn)
    nothing_else = NOTHING_ELSE if _kind(summary) is FlagKind.SHARP_CUT else ""
    lines += [NOT_TESTED, f"{nothing_else}{LEGAL}", ""]
    lines += [f"Build {letterhead.build}, method version {letterhead.method_version}"]
    lines += [f"Head of the hash chain: {letterhead.chain_seq} {letterhead.chain_sha256}"]
    return lines


def _addresses(page: str, build: str, withdrawn: bool) -> list[str]:
    """The page as it will be; and as it was when this was written, where it shows the decision."""
    then = [] if withdrawn else [f"As it was in this build: {page}?build={build}"]
    return [f"Evidence and history: {page}", *then, ""]


def _what_else(summary: dict[str, Any]) -> list[str]:
    """The innocent explanations as they were judged; nothing in what was recorded before they were kept."""
    found = summary.get("explanations") or []
    if not found:
        return []
    told = {"possible": "possible", "not_tested": "not tested"}
    open_ones = [
        f"  {each['name']}: {told[each['outcome']]} ({clean(each['text'], 400)})"
        for each in found
        if each["outcome"] in told
    ]
    excluded = [each["name"] for each in found if each["outcome"] not in told]
    closed = [f"  excluded: {', '.join(excluded)}"] if excluded else []
    return ["What else it could be:", *open_ones, *closed, ""]


def _handed_in(summary: dict[str, Any]) -> list[str]:
    """Which documents a person handed in; nothing where none was, and in what was recorded before it was kept."""
    given = summary.get("handed_in") or {}
    said = "; ".join(f"{digest} by {clean(giver)}" for digest, giver in given.items())
    return [f"Handed in by a person, and seen served by no crawl: {said}"] if said else []


def _kind(summary: dict[str, Any]) -> FlagKind:
    """The kind of the flag; transitions recorded before there were three kinds were sharp cuts."""
    return FlagKind(summary["flag"]) if "flag" in summary else FlagKind.SHARP_CUT


def _first_line(summary: dict[str, Any]) -> str:
    return TITLES[_kind(summary)].upper()


def _tax(summary: dict[str, Any]) -> str:
    return {"yes": " (VAT included)", "no": " (without VAT)", "unknown": " (VAT not stated)"}[summary["vat_included"]]


def _pair(pair: dict[str, str | None], currency: str) -> str:
    old, new = pair["old"], pair["new"]
    if old is not None and old == new:
        return f"{currency} {old}  (unchanged)"
    change = ""
    if old is not None and new is not None and Decimal(old) != 0:
        change = f"  ({(Decimal(new) / Decimal(old) - 1) * 100:+.0f} %)"
    return f"{currency} {old or 'none'} to {currency} {new or 'none'}{change}"


def _blends(summary: dict[str, Any]) -> str:
    named = (("B31", summary["change_b31"]), ("B721", summary["change_b721"]))
    return "  blends: " + ", ".join(f"{name} {100 * value:+.1f} %" for name, value in named if value is not None)


def _when(summary: dict[str, Any]) -> str:
    basis = {
        "seller_dated": "by the seller's date",
        "seller_observed": "as seen on the seller's own page",
        "catalogue_dated": "as a catalogue dates it",
        "first_seen": "when it was first seen",
    }[summary["effective_basis"]]
    low, high = summary["bracket"]
    if summary["effective_at"] == high:  # a dated entry: nobody looked that day
        return f"{high} {basis}"
    seen = f"first seen {high}" + (f", the old price last seen {low}" if low else "")
    return f"{summary['effective_at']} {basis}; {seen}" if summary["effective_at"] else seen


def _html(lines: list[str], has_picture: bool) -> str:
    body = "".join(f'<p style="margin:0 0 6px 0">{html.escape(line)}</p>' if line else "<br>" for line in lines)
    body = body.replace("  ", "&nbsp; ")
    picture = (
        '<img src="cid:history" alt="The history of this price; the figures stand above." width="560">'
        if has_picture
        else ""
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'</head><body style="font:14px/1.4 sans-serif;max-width:600px">{body}{picture}</body></html>'
    )
