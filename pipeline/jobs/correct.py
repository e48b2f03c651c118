"""Corrections by dated reviews: a reading that was wrong, a quarantined run that was right. Nothing is edited."""

from datetime import datetime

from pipeline.domain.amounts import decimal_text, parse_decimal
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import ReviewKind, RunVerdict
from pipeline.jobs.say import Say
from pipeline.settings import Settings
from pipeline.store import tables
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2


def correct(
    settings: Settings, payload: str, where: str, *, was: str, is_: str, reason: str, by: str, now: datetime, say: Say
) -> int:
    """Write the review, once the reading it corrects was found as it says; 2 where it was not."""
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        found = ledger.locate(payload)
        if found is None:
            say(f"no document with the SHA-256 {payload} is in the ledger: copy it from the export or the page")
            return WRONG_USAGE
        quotes = tables.quotes(ledger, found.source)
        read = quotes[(quotes["payload_sha256"] == payload) & (quotes["where"] == where)]
        if read.empty:
            say(f"nothing was read at {where} of that document: copy the place from the export or the page")
            return WRONG_USAGE
        try:
            before, after = parse_decimal(was), parse_decimal(is_)
        except InvalidValueError as error:
            say(str(error))
            return WRONG_USAGE
        if parse_decimal(str(read["amount"].iloc[0])) != before:
            say(f"at {where} the document was read as {read['amount'].iloc[0]}, not {was}: nothing was changed")
            return WRONG_USAGE
        content = {
            "payload_sha256": payload,
            "where": where,
            "was": str(read["amount"].iloc[0]),
            "is": decimal_text(after),
            "reason": reason,
        }
        number = ledger.add_review(ReviewKind.CORRECTION, payload, content, who=by, at=now)
    say(f"review {number}: {where} of {payload[:12]} is {is_} instead of {was}")
    return DONE


def release(settings: Settings, run: str, *, reason: str, by: str, now: datetime, say: Say) -> int:
    """Put a quarantined run in force; 2 where there is no such run."""
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        runs = tables.runs(ledger)
        found = runs[(runs["run"] == run) & (runs["verdict"] == RunVerdict.QUARANTINED.value)]
        if found.empty:
            say(f"{run} is no quarantined run: the page Sources lists them")
            return WRONG_USAGE
        ledger.add_review(ReviewKind.QUARANTINE_RELEASED, run, {"reason": reason}, who=by, at=now)
    say(f"the run {run} is in force from now on")
    return DONE
