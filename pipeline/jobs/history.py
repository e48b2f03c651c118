"""The views of one ledger, day by day: what a refresh at the end of each day would have published of decisions.

A view is built by the stages of a refresh from the captures that were public by its end (`normalise.as_public`), so it
can never know more than a monitor that watched all along. Walked in order of days it is cheap: a day on which nothing
became public and no clock ran out has its eve's view; where only a clock ran out (a hold, a promotion's stated end) the
states are asked again; and what a day did not change of a source (its listings and spells), of the names or of a
maker's decisions is kept.
Every view is what one that knows nothing of other days would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from pipeline import frames
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import SourceKind
from pipeline.jobs.appearances import View, view_of
from pipeline.jobs.assemble import assemble
from pipeline.jobs.decided import decided
from pipeline.jobs.looked import Spells
from pipeline.jobs.read import Read
from pipeline.normalise import as_public
from pipeline.normalise.identity import resolve
from pipeline.normalise.listings import every_label, labels, merged
from pipeline.normalise.one_source import one_source
from pipeline.normalise.releases import Releases
from pipeline.reference.load import Reference, load_reference
from pipeline.reference.thresholds import load_thresholds
from pipeline.reviews import identity
from pipeline.store import tables
from pipeline.store.keep import Held, Made
from pipeline.store.ledger import Ledger

_LABEL = ["source", "seller", "label", "alias_of"]
_SHORT = pd.option_context("mode.string_storage", "python")
"""Texts as Python's own: a view makes thousands of short columns, and Arrow's cost a quarter more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """All that a ledger holds of prices, read once: every view is a part of it.

    `named` has the unique names of each body and look, for what needs no amount.
    """

    sources: pd.DataFrame
    captures: dict[str, pd.DataFrame]
    quotes: dict[str, pd.DataFrame]
    named: dict[str, pd.DataFrame]
    announcements: pd.DataFrame
    rates: pd.DataFrame
    scores: pd.DataFrame
    readings: pd.DataFrame
    accepted: pd.DataFrame
    rejected: pd.DataFrame
    days: list[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One source as far as it was public: what was looked at, what it names, and its spells as those names say."""

    looks: int
    captures: pd.DataFrame
    labels: pd.DataFrame
    resolved: pd.DataFrame | None = None
    listings: pd.DataFrame | None = None
    spells: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The newest view, what it was made of, and the instant from which the clock alone may change it."""

    at: datetime
    news: tuple[int, ...]
    known: Reference
    read: Read
    until: datetime | None
    view: View


class History:
    """The views of one ledger; those of a walk in order of days keep what a day did not change.

    With `suspicions` a view's flags are those of a whole refresh (underpricing and dumping too), else sharp cuts and
    watch; they are judged on days on which something became public or a decision's clock ran out.
    """

    @_SHORT
    def __init__(self, ledger: Ledger, *, suspicions: bool = False) -> None:
        self._facts = _facts(ledger)
        self._suspicions = suspicions
        self._reference = load_reference()
        self._thresholds = load_thresholds()
        self._releases = Releases(self._reference)
        self._sources: dict[str, _Source] = {}
        self._names: tuple[pd.DataFrame, tuple[int, ...], pd.DataFrame] | None = None
        self._held = Held()
        self._seen: _Seen | None = None

    @_SHORT
    def days_about(self, models: Sequence[str]) -> list[date]:
        """Those of `days_of` on which a decision about one of `models` can have changed."""
        days = self._facts.days
        _, read = self._read(as_public.end_of(days[-1]))
        standing_by = self._thresholds
        waits = [standing_by.hold, standing_by.undone_within, standing_by.corroborated_after]
        near = as_public.days_about(
            models, read.spells.frame, read["listings"], read["captures"], [pd.Timedelta(wait) for wait in waits]
        )
        return [day for day in days if day in near]

    @_SHORT
    def view(self, day: date) -> View:
        """The decisions that a refresh at the end of `day` would have published; a quiet day's are its eve's."""
        at = as_public.end_of(day)
        news, seen = self._news(at), self._seen
        if seen is None or seen.news != news or at < seen.at:
            seen = self._view(news, *self._read(at))
        elif seen.until is not None and seen.until <= at:
            seen = self._view(news, seen.known, replace(seen.read, now=at, at=at))
        self._seen = seen
        return seen.view

    def _view(self, news: tuple[int, ...], known: Reference, read: Read) -> _Seen:
        until, view = None, {}
        if len(read["captures"]):
            made = decided(read, known, self._held)
            events = made.frames["events"]
            if self._suspicions:
                events = assemble(read, known, self._held).frames["events"]
            until, view = made.until, view_of(events)
        return _Seen(at=read.at, news=news, known=known, read=read, until=until, view=view)

    def _news(self, at: datetime) -> tuple[int, ...]:
        """How much was public: of two instants with the same numbers a view knows the same.

        Rates are not counted: a decision asks for those of days on which somebody looked.
        """
        facts, day = self._facts, pd.Timestamp(at.date())
        looks = [int((frame["public_at"] <= at).sum()) for frame in facts.captures.values()]
        if self._suspicions:
            looks += [int((facts.scores["published_at"] <= at).sum()), int((facts.readings["observed_at"] <= at).sum())]
        openness = int((self._reference.openness["public_since"] <= day).sum())
        return (*looks, openness, *self._pointers(day))

    def _pointers(self, day: pd.Timestamp) -> tuple[int, ...]:
        return tuple(int((self._reference.aliases[name] <= day).sum()) for name in ("since", "until"))

    def _read(self, at: datetime) -> tuple[Reference, Read]:
        """What a refresh at `at` would have read of prices, scores and rates; runs and volumes make no flag."""
        facts, reference = self._facts, self._reference
        known = replace(
            reference,
            aliases=as_public.aliases_as_public(reference.aliases, at),
            openness=reference.openness[~(reference.openness["public_since"] > pd.Timestamp(at.date()))],
        )
        looked = [name for name in facts.captures if self._look(name, at)]
        resolved = self._resolved(looked, known, self._pointers(pd.Timestamp(at.date())))
        parts = [self._source(name, resolved) for name in looked]
        captures = pd.concat([part.captures for part in parts] or [frames.empty("captures")], ignore_index=True)
        spells = frames.joined([part.spells for part in parts if part.spells is not None], "spells")
        public = {
            "sources": facts.sources,
            "listings": merged([part.listings for part in parts if part.listings is not None]),
            "resolved": resolved,
            "captures": captures,
            "runs": frames.empty("runs"),
            "rates": as_public.rates_as_public(facts.rates, at),
            "scores": as_public.scores_as_public(facts.scores, at),
            "readings": facts.readings[facts.readings["observed_at"] <= at].reset_index(drop=True),
            "volumes": frames.empty("volumes"),
            "announcements": as_public.announcements_as_public(facts.announcements, captures),
        }
        return known, Read(facts=Made(frames=public), spells=Spells.of(spells), now=at, at=at)

    def _look(self, name: str, at: datetime) -> bool:
        """Whether a source was public by then; its captures and names are read anew where it was looked at again."""
        captures = as_public.captures_as_public(self._facts.captures[name], at)
        kept = self._sources.get(name)
        if kept is None or kept.looks != len(captures):
            named = labels(as_public.quotes_as_public(self._facts.named[name], captures))
            self._sources[name] = _Source(looks=len(captures), captures=captures, labels=named)
        return len(captures) > 0

    def _resolved(self, looked: list[str], known: Reference, pointers: tuple[int, ...]) -> pd.DataFrame:
        """What the names mean; asked again where there are new ones, or a pointer turned."""
        named = every_label(self._sources[name].labels for name in looked)
        if self._names is None or self._names[1] != pointers or not self._names[0].equals(named):
            found = resolve(named, known, reviewed=self._facts.accepted, rejected=self._facts.rejected)
            self._names = (named, pointers, found)
        return self._names[2]

    def _source(self, name: str, resolved: pd.DataFrame) -> _Source:
        """Listings and spells of one source, made anew where it was looked at again or its names changed."""
        own = resolved[resolved["source"] == name].reset_index(drop=True)
        kept = self._sources[name]
        if kept.resolved is not None and kept.resolved.equals(own):
            return kept
        quotes = as_public.quotes_as_public(self._facts.quotes[name], kept.captures)
        named = as_public.quotes_as_public(self._facts.named[name], kept.captures)
        schedule = Schedule.parse(str(self._facts.sources.set_index("source").loc[name, "schedule"]))
        found = one_source(quotes, kept.captures, own, schedule, self._releases, named=named)
        self._sources[name] = replace(kept, resolved=own, listings=found.listings, spells=found.spells)
        return self._sources[name]


def days_of(ledger: Ledger) -> list[date]:
    """Every day from the first public document of prices to the newest document of any kind."""
    sources, captures = tables.sources(ledger), tables.captures(ledger)
    prices = sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]
    begun = captures.loc[captures["source"].isin(prices), "public_at"]
    if begun.empty:
        return []
    first, last = begun.min().date(), captures["public_at"].max().date()
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _facts(ledger: Ledger) -> _Facts:
    sources = tables.sources(ledger)
    captures = {
        str(name): tables.captures(ledger, str(name))
        for name in sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]
    }
    captures = {name: frame for name, frame in captures.items() if len(frame)}
    quotes = {name: tables.quotes(ledger, name) for name in captures}
    accepted, rejected = identity.decided(ledger)
    return _Facts(
        sources=sources,
        captures=captures,
        quotes=quotes,
        named={
            name: frame[[*_LABEL, "payload_sha256", "observed_at"]].drop_duplicates(ignore_index=True)
            for name, frame in quotes.items()
        },
        announcements=tables.announcements(ledger, by_document=True),
        rates=tables.rates(ledger),
        scores=tables.scores(ledger),
        readings=tables.readings(ledger),
        accepted=accepted,
        rejected=rejected,
        days=days_of(ledger),
    )
