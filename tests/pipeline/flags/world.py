"""A small market: two dozen makers, their own pages, hosts of one model's weights, scores, and four cuts of one day.

Every name of a country passes through `rename`, so that a test can call them otherwise: seats, markets, regions,
serving countries, taxes and the zones of windows.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import FactName, Facts, SellerFact, TaxRate
from pipeline.dumping.comparisons import Ground, ground
from pipeline.flags.judged import Asked, flags_of, market_of, with_flags
from pipeline.indices.blended import blended
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import events_of

COUNTRIES = ("CN", "US", "FR", "KR")
MAKERS = [f"m{number:02d}" for number in range(24)]
LAUNCHED, CUT, UNTIL = "2026-01-05", "2026-03-01", "2026-05-15"
SCORED = "2026-02-01"
DUMPED, UNDERPRICED, MERELY_CUT, UNCONFIRMED, TAXED = "m05", "m06", "m07", "m08", "m09"
_TODAY = date(2026, 11, 24)

Rename = Callable[[str], str]


def as_named(country: str) -> str:
    return country


@dataclass(frozen=True)
class World:
    """The frames of a build and what is known of the makers."""

    asked: Asked
    flags: pd.DataFrame
    events: pd.DataFrame

    def of(self, maker: str, trigger: str = "sharp_cut") -> dict[str, object]:
        """The one row of a maker's trigger."""
        own = self.flags[(self.flags["maker"] == maker) & (self.flags["trigger"] == trigger)]
        assert len(own) == 1, own[["seller", "trigger", "kind", "day"]]
        return {str(name): value for name, value in own.to_dict("records")[0].items()}


def seat_of(maker: str) -> str:
    return COUNTRIES[int(maker[1:]) % len(COUNTRIES)]


def usual_price(maker: str) -> float:
    """Input price at which a maker launched: dearer with the score, and a little of its own."""
    number = int(maker[1:])
    return round(0.5 * 1.06**number * (1.0 + 0.05 * ((7 * number) % 5)), 4)


@lru_cache(maxsize=16)  # the market as it is is asked for by many tests; the many renamed ones are let go
def world(rename: Rename = as_named, *, makers: int = 24, home_until: str | None = None, **parts: bool) -> World:
    """The market judged. `parts` leaves some out (home, hosts, contexts) or in (third: one maker's offer elsewhere);
    from `home_until` on the pages at home list nothing."""
    left: list[tuple[str, dict[str, float]]] = [] if home_until is None else [(home_until, {})]
    ledger = _ledger(rename, MAKERS[:makers], left, home=parts.get("home", True), hosts=parts.get("hosts", True))
    if parts.get("third"):
        _third(ledger, rename)
    spells, listings, sources = (ledger.frame(name) for name in ("spells", "listings", "sources"))
    until = instant(UNTIL)
    rates = frames.empty("rates")
    asked = Asked(
        events=events_of(ledger, now=UNTIL),
        spells=spells,
        blends=blended(spells, listings, rates, sources, until=until),
        listings=listings,
        sources=sources,
        scores=_scores(),
        series=frames.empty("series"),
        models=pd.DataFrame({"model_version": [], "released": [], "open_weights": []}).astype(
            {"model_version": "str", "released": "datetime64[us]", "open_weights": "str"}
        ),
        openness=_openness(),
        seats={maker: rename(seat_of(maker)) for maker in MAKERS[:makers]},
        facts=_facts(rename),
    )
    return judged_again(asked, contexts=parts.get("contexts", True))


def judged_again(asked: Asked, *, contexts: bool = True) -> World:
    """The flags of given frames."""
    found = flags_of(asked, ground_of(asked, contexts=contexts), market_of(asked), load_thresholds())
    return World(asked=asked, flags=found, events=with_flags(asked.events, found))


def ground_of(asked: Asked, *, contexts: bool = True) -> Ground:
    """What stood, as a build makes it ready."""
    readings = _contexts() if contexts else frames.empty("readings")
    return ground(
        asked.spells,
        asked.listings,
        asked.sources,
        frames.empty("rates"),
        readings,
        seats=asked.seats,
        facts=asked.facts,
        until=instant(UNTIL),
    )


def _ledger(
    rename: Rename, makers: list[str], left: list[tuple[str, dict[str, float]]], *, home: bool, hosts: bool
) -> Ledger:
    ledger = Ledger()
    for maker in makers:
        source = ledger.source(f"{maker}_page", trust="seller", sellers=(maker,))
        if maker == UNCONFIRMED:
            source = ledger.source("a_catalogue")
        market = rename(COUNTRIES[(int(maker[1:]) + 1) % 4]) if maker == TAXED else "international"
        for window in _windows(maker, rename):
            listing = ledger.listing("one", maker=maker, version=f"{maker}/one", seller=maker, market=market, **window)
            ledger.history(
                source, listing, _steps(maker), until=UNTIL, watched_since="2025-12-20", vat_included=_vat(maker)
            )
    for maker in (DUMPED, TAXED) if home else ():
        source = ledger.source(f"{maker}_home", trust="seller", sellers=(maker,))
        listing = ledger.listing(
            "one", maker=maker, version=f"{maker}/one", seller=maker, market=rename(seat_of(maker))
        )
        steps = [(LAUNCHED, _prices(usual_price(maker))), *left]
        included = "yes" if maker == TAXED else "no"
        ledger.history(source, listing, steps, until=UNTIL, watched_since="2025-12-20", vat_included=included)
    for number, host in enumerate(("h0", "h1", "h2", "h3") if hosts else ()):
        source = ledger.source(f"{host}_page", trust="seller", sellers=(host,))
        listing = ledger.listing(
            "one", maker=UNDERPRICED, version=f"{UNDERPRICED}/one", seller=host, precision="fp8",
            region=rename(COUNTRIES[number]),
        )  # fmt: skip
        steps = [(LAUNCHED, _prices(usual_price(UNDERPRICED) * (0.8 + 0.1 * number)))]
        ledger.history(source, listing, steps, until=UNTIL, watched_since="2025-12-20")
    return ledger


def _third(ledger: Ledger, rename: Rename) -> None:
    """The dumped model at its usual price in a country that is neither its maker's own nor all of them."""
    source = ledger.source(f"{DUMPED}_third", trust="seller", sellers=(DUMPED,))
    listing = ledger.listing("one", maker=DUMPED, version=f"{DUMPED}/one", seller=DUMPED, market=rename("KR"))
    steps = [(LAUNCHED, _prices(usual_price(DUMPED)))]
    ledger.history(source, listing, steps, until=UNTIL, watched_since="2025-12-20", vat_included="no")


def _steps(maker: str) -> list[tuple[str, dict[str, float]]]:
    usual = usual_price(maker)
    share = {DUMPED: 0.1, UNDERPRICED: 0.1, UNCONFIRMED: 0.15, TAXED: 0.1, MERELY_CUT: 0.75}.get(maker)
    steps = [(LAUNCHED, _prices(usual))]
    return steps if share is None else [*steps, (CUT, _prices(usual * share))]


def _prices(price: float) -> dict[str, float]:
    return {"input": round(price, 6), "output": round(4 * price, 6)}


def _vat(maker: str) -> str:
    return "no" if maker in (DUMPED, TAXED) else "unknown"


def _windows(maker: str, rename: Rename) -> list[dict[str, Any]]:
    """One maker's day has a window that leaves out the holidays of its country, and the rest of the week."""
    if maker != "m10":
        return [{}]
    peak = {"name": "peak", "hours": ["08:00-20:00"], "tz": "UTC", "except": f"holidays of {rename(seat_of(maker))}"}
    return [{"window": peak}, {"window": {"name": "off_peak"}}]


def _facts(rename: Rename) -> Facts:
    return Facts(
        sellers=tuple(
            SellerFact(
                seller=maker, market="any", name=FactName.SERVED_FROM, value=rename(seat_of(maker)), source="a page",
                public_since=None, reviewed_on=_TODAY,
            )
            for maker in MAKERS
        ),
        taxes=tuple(
            TaxRate(
                country=rename(country), tax="VAT", rate=Decimal(rate), applies_to="services", source="a page",
                public_since=None, reviewed_on=_TODAY,
            )
            for country, rate in zip(COUNTRIES, ("0.06", "0", "0.2", "0.1"), strict=True)
        ),
        rents=(),
        throughputs=(),
        owners={maker: maker for maker in MAKERS},
        routers=frozenset(),
    )  # fmt: skip


def _scores() -> pd.DataFrame:
    rows = [
        {
            "source": "arena", "benchmark": "arena overall", "benchmark_version": SCORED, "label": maker,
            "model_version": f"{maker}/one", "value": 1200.0 + 5 * number, "low": None, "high": None, "votes": None,
            "published_at": instant(SCORED), "payload_sha256": "a" * 64, "where": "line:1",
        }
        for number, maker in enumerate(MAKERS)
    ]  # fmt: skip
    return frames.coerce(pd.DataFrame(rows), "scores")


def _openness() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model_version": [f"{maker}/one" for maker in MAKERS],
            "open_weights": ["no" if number % 2 else "yes" for number in range(len(MAKERS))],
            "public_since": pd.to_datetime([LAUNCHED] * len(MAKERS)),
        }
    )


def _contexts() -> pd.DataFrame:
    rows = [
        {
            "source": "channel", "seller": host, "served_by": host, "label": "one",
            "model_version": f"{UNDERPRICED}/one", "region": None, "precision": "fp8", "tier": "standard",
            "metric": "context_window_tokens", "statistic": "stated", "value": 131072.0, "workload": "as listed",
            "samples": None, "observed_at": instant(LAUNCHED), "payload_sha256": "b" * 64, "where": host,
        }
        for host in ("h0", "h1", "h2", "h3")
    ]  # fmt: skip
    return frames.coerce(pd.DataFrame(rows), "readings")


def told(found: World) -> list[tuple[object, ...]]:
    """What a flag says without the names of countries: one tuple per trigger."""
    columns = ["maker", "seller", "model_version", "trigger", "kind", "day", "confirmed", "price_usd"]
    columns += ["outlier", "hosts", "cost", "margin", "makers", "p", "kept", "defined", "undefined", "stopped_at"]
    rows = found.flags[columns].astype("object").where(found.flags[columns].notna(), None)
    return sorted((tuple(row) for row in rows.itertuples(index=False)), key=repr)


def conditions(row: Mapping[str, object]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(str(row["conditions"]))
    return found
