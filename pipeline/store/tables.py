"""The ledger as frames: what the pure stages are handed. The one module of the store that knows pandas."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Executable, Select, func, or_, select

from pipeline import frames
from pipeline.domain.amounts import nano_per_million, parse_decimal
from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import LedgerError
from pipeline.domain.vocabulary import NoticeKind, ReviewKind
from pipeline.store import schema
from pipeline.store.digests import digests
from pipeline.store.ledger import IN_FORCE, Ledger
from pipeline.store.parses import COLUMNS, TEXTS

_BODY = ["source", "payload_sha256", "spider_version"]
_CAPTURED = [*frames.FRAMES["captures"].columns, "parsed"]


def sources(ledger: Ledger) -> pd.DataFrame:
    """The newest facts of every source that ever ran."""
    table = schema.source
    newest = select(func.max(table.c.id)).group_by(table.c.name)
    with ledger.reading() as connection:
        rows = (
            connection.execute(select(table.c.facts).where(table.c.id.in_(newest)).order_by(table.c.name))
            .scalars()
            .all()
        )
    facts = [json.loads(row) for row in rows]
    for fact in facts:
        fact["source"] = fact.pop("name")
        fact |= {name: canonical_json(fact[name]) for name in ("sellers", "markets", "urls")}
    return frames.coerce(pd.DataFrame(facts, columns=list(frames.FRAMES["sources"].columns)), "sources")


def captures(ledger: Ledger, source: str | None = None) -> pd.DataFrame:
    """Fetches in force: of runs that ended well or were released, with a parse of the body brought or confirmed."""
    parse = schema.parse
    newest = select(parse.c.source, parse.c.payload_sha256, func.max(parse.c.spider_version))
    newest = newest.group_by(parse.c.source, parse.c.payload_sha256)
    with ledger.reading() as connection:
        # Two queries: joined in SQL, every capture would be looked for among all parses.
        versions = {(name, body): version for name, body, version in connection.execute(newest)}
        rows = [tuple(row) for row in connection.execute(_brought(ledger, source))]
    found = pd.DataFrame(rows, columns=_CAPTURED)
    bodies = zip(found["source"], found["payload_sha256"], strict=True)
    found["spider_version"] = pd.Series([versions.get(body) for body in bodies], index=found.index, dtype="Int64")
    found = found[found["spider_version"].notna()].reset_index(drop=True)
    # What a fetch confirmed has the address of the document, not of the list of releases that named it.
    read, document = found["parsed"].astype("bool"), ["source", "payload_sha256"]
    brought = found[read].drop_duplicates(document, keep="last").set_index(document)["url"]
    confirmed = brought.reindex(pd.MultiIndex.from_frame(found[document])).set_axis(found.index)
    found["url"] = found["url"].where(read, confirmed.fillna(found["url"]))
    return frames.coerce(found, "captures")


def _brought(ledger: Ledger, source: str | None) -> Select[Any]:
    """What `captures` reads, but for the version of the parse in force."""
    capture, run = schema.capture, schema.run
    body = func.coalesce(capture.c.confirms, capture.c.payload_sha256)
    released = [review["subject"] for review in ledger.reviews(ReviewKind.QUARANTINE_RELEASED)]
    query = (
        select(
            capture.c.seq.label("capture"),
            capture.c.source,
            capture.c.url,
            capture.c.captured_at,
            capture.c.as_of,
            func.coalesce(capture.c.as_of, capture.c.captured_at, type_=capture.c.captured_at.type).label("public_at"),
            capture.c.recorded_at,
            body.label("payload_sha256"),
            capture.c.spider_version,
            run.c.kind,
            run.c.verdict,
            capture.c.handed_in_by,
            capture.c.parsed,
        )
        .join(run, run.c.run == capture.c.run)
        .where(
            or_(run.c.verdict.in_(IN_FORCE), run.c.run.in_(released)),
            or_(capture.c.parsed, capture.c.confirms.is_not(None)),
        )
        .order_by(capture.c.seq)
    )
    return query if source is None else query.where(capture.c.source == source)


def states(ledger: Ledger, captures_: pd.DataFrame) -> dict[str, str]:
    """By source a digest of all that its spells are made of; sources of which nothing is in force are left out.

    `captures_` is what `captures` says of all sources.
    """
    corrected = _corrections(ledger)
    found = digests(captures_.drop(columns="verdict"), captures_["source"])
    return {source: found[source] + corrected for source in found}


def bodies(ledger: Ledger, captures_: pd.DataFrame) -> dict[str, str]:
    """By source a digest of the bodies in force, in their order, and of when each was public first and earliest.

    What a source states hangs on these alone: a further look that found no other document changes nothing of it.
    `captures_` is what `captures` says of all sources.
    """
    corrected = _corrections(ledger)
    earliest = captures_.groupby(_BODY, sort=False)["public_at"].transform("min")
    brought = captures_.assign(earliest=earliest).drop_duplicates(_BODY)[[*_BODY, "public_at", "earliest"]]
    found = digests(brought, brought["source"])
    return {source: found[source] + corrected for source in found}


def _corrections(ledger: Ledger) -> str:
    corrections = [review["content"] for review in ledger.reviews(ReviewKind.CORRECTION)]
    return hashlib.sha256(canonical_json(corrections).encode()).hexdigest()


def mark(ledger: Ledger) -> list[Any]:
    """What tells two states of the ledger's facts apart: the head of the chain, and of every other table that a build
    reads its number of rows and its last change. Equal marks, of issues too, give equal builds at one instant."""
    run, parse = schema.run, schema.parse
    counted = [
        select(func.count(), func.max(run.c.ended_at)),
        select(func.count(), func.sum(parse.c.rows), func.max(parse.c.recorded_at)),
        select(func.count(), func.max(schema.source.c.id)),
        select(func.count(), func.max(schema.review.c.review)),
    ]
    head = ledger.head()
    return [head.seq, head.sha256, _counted(ledger, counted)]


def mark_of_issues(ledger: Ledger) -> str:
    """As `mark`, of the issues alone: a refresh raises some itself."""
    issue = schema.issue
    return _counted(
        ledger,
        [
            select(func.count(), func.sum(issue.c.count), func.max(issue.c.last_seen)),
            select(issue.c.state, func.count()).group_by(issue.c.state).order_by(issue.c.state),
        ],
    )


def _counted(ledger: Ledger, queries: Sequence[Executable]) -> str:
    with ledger.reading() as connection:
        return str([[tuple(row) for row in connection.execute(query)] for query in queries])


def quotes(ledger: Ledger, source: str, captures_: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every quote of a source's bodies in force, corrections applied; repeating text as categories.

    `captures_` may give what `captures` says, where that is at hand.
    """
    found = _parsed(ledger, source, "prices", captures(ledger, source) if captures_ is None else captures_)
    if found is None:
        return frames.empty("quotes")
    table = found.to_pandas()
    table["source"] = pd.Series(source, index=table.index, dtype="category")
    ordered = pd.DataFrame({name: table[name] for name in frames.FRAMES["quotes"].columns})
    return frames.check(_corrected(ledger, ordered), "quotes")


def _parsed(ledger: Ledger, source: str, kind: str, captures_: pd.DataFrame) -> pa.Table | None:
    """All rows of a source's parses in force, each with the payload it was read from; text as dictionaries."""
    parse = schema.parse
    wanted = captures_.loc[captures_["source"] == source, ["payload_sha256", "spider_version"]].drop_duplicates()
    if wanted.empty:
        return None
    query = select(parse.c.payload_sha256, parse.c.spider_version, parse.c.file)
    with ledger.reading() as connection:
        rows = connection.execute(query.where(parse.c.source == source, parse.c.kind == kind)).all()
    files = {(row.payload_sha256, row.spider_version): row.file for row in rows}
    bodies = [body for body in wanted.itertuples(index=False, name=None) if body in files]

    def read(body: tuple[str, int]) -> pa.Table:
        file = pq.ParquetFile(ledger.data_dir / files[body], read_dictionary=TEXTS[kind])
        part = file.read(columns=list(COLUMNS[kind]), use_threads=False)
        named = pa.DictionaryArray.from_arrays(pa.array([0] * part.num_rows, pa.int32()), pa.array([body[0]]))
        return part.append_column("payload_sha256", named)

    # Hundreds of small files: a thread for each of some, not for each column of one.
    with ThreadPoolExecutor() as threads:
        parts = list(threads.map(read, bodies))
    return pa.concat_tables(parts).unify_dictionaries() if parts else None


def _corrected(ledger: Ledger, table: pd.DataFrame) -> pd.DataFrame:
    for review in ledger.reviews(ReviewKind.CORRECTION):
        content = review["content"]
        place = (table["payload_sha256"] == content["payload_sha256"]) & (table["where"] == content["where"])
        if not place.any():
            continue
        hit = place & (table["amount"].astype("str") == content["was"])
        if not hit.any():
            read = ", ".join(sorted(set(table.loc[place, "amount"].astype("str"))))
            raise LedgerError(f"review {review['review']} corrects {content['was']}, but {read} was read")
        table["amount"] = table["amount"].astype("str")
        table.loc[hit, "amount"] = content["is"]
        table.loc[hit, "nano_per_million"] = nano_per_million(
            parse_decimal(content["is"]), int(table.loc[hit, "per"].iloc[0])
        )
    return table


def scores(ledger: Ledger, captures_: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every score of every vintage; `model_version` is still missing."""
    table = _union(ledger, "scores", captures(ledger) if captures_ is None else captures_)
    if table.empty:
        return frames.empty("scores")
    table["model_version"] = None
    for name in ("value", "low", "high"):
        table[name] = pd.to_numeric(table[name])
    key = list(frames.FRAMES["scores"].key)
    return frames.coerce(table.drop_duplicates(key, keep="last"), "scores")


def rates(ledger: Ledger, captures_: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every reference rate; of two readings of one day the newer document's."""
    table = _union(ledger, "rates", captures(ledger) if captures_ is None else captures_)
    if table.empty:
        return frames.empty("rates")
    table["value"] = pd.to_numeric(table["value"])
    table["day"] = pd.to_datetime(table["day"])
    return frames.coerce(table.drop_duplicates(list(frames.FRAMES["rates"].key), keep="last"), "rates")


def readings(ledger: Ledger, captures_: pd.DataFrame | None = None) -> pd.DataFrame:
    """Throughput and latency; a reading that its document does not date is of the instant it was public."""
    captures_ = captures(ledger) if captures_ is None else captures_
    table = _union(ledger, "readings", captures_)
    if table.empty:
        return frames.empty("readings")
    table["model_version"] = None
    table["value"] = pd.to_numeric(table["value"])
    looks = captures_.drop_duplicates(["source", "payload_sha256"])
    seen = table[["source", "payload_sha256"]].merge(looks, how="left", on=["source", "payload_sha256"])["public_at"]
    table["observed_at"] = table["observed_at"].fillna(seen)
    return frames.coerce(table.drop_duplicates(list(frames.FRAMES["readings"].key), keep="last"), "readings")


def volumes(ledger: Ledger, captures_: pd.DataFrame | None = None) -> pd.DataFrame:
    """Tokens served; of two readings of one period the newer document's."""
    table = _union(ledger, "volumes", captures(ledger) if captures_ is None else captures_)
    if table.empty:
        return frames.empty("volumes")
    table["model_version"] = None
    table["last_day"] = pd.to_datetime(table["last_day"])
    return frames.coerce(table.drop_duplicates(list(frames.FRAMES["volumes"].key), keep="last"), "volumes")


def _union(ledger: Ledger, kind: str, captures_: pd.DataFrame) -> pd.DataFrame:
    known = sources(ledger)
    parts = []
    for name in known.loc[known["kind"] == kind, "source"]:
        found = _parsed(ledger, str(name), kind, captures_)
        if found is not None:
            parts.append(found.to_pandas().astype(dict.fromkeys(TEXTS[kind], "str")).assign(source=str(name)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def issues(ledger: Ledger) -> pd.DataFrame:
    return _whole(
        ledger, "issues", select(schema.issue).order_by(schema.issue.c.last_seen.desc(), schema.issue.c.issue)
    )


def transitions(ledger: Ledger) -> pd.DataFrame:
    return _whole(ledger, "transitions", select(schema.transition).order_by(schema.transition.c.transition))


def runs(ledger: Ledger) -> pd.DataFrame:
    run = schema.run
    query = select(run, run.c.claimed_at.label("started_at")).order_by(run.c.claimed_at, run.c.run)
    return _whole(ledger, "runs", query)


def _whole(ledger: Ledger, name: str, query: Select[Any]) -> pd.DataFrame:
    columns = list(frames.FRAMES[name].columns)
    with ledger.reading() as connection:
        rows = [{column: row[column] for column in columns} for row in connection.execute(query).mappings()]
    return frames.coerce(pd.DataFrame(rows, columns=columns), name)


def notices(ledger: Ledger, source: str | None = None, *, of: NoticeKind | None = None) -> pd.DataFrame:
    """What was read and is no price: source, payload and the fields of the door; with `of` of the parses that hold one
    of that kind, with all others of theirs."""
    parse = schema.parse
    query = select(parse.c.source, parse.c.payload_sha256, parse.c.notices)
    if source is not None:
        query = query.where(parse.c.source == source)
    if of is not None:
        query = query.where(parse.c.notices.contains(f'"{of.value}"', autoescape=True))
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return pd.DataFrame(
        [
            {"source": row.source, "payload_sha256": row.payload_sha256, **notice}
            for row in rows
            for notice in json.loads(row.notices)
        ]
    )


def announcements(ledger: Ledger, *, by_document: bool = False) -> pd.DataFrame:
    """Dated statements of sellers on their own pages: seller, label, effective_at, and what they are about where that
    is known (`price`, `model`); by document with payload_sha256."""
    found = notices(ledger, of=NoticeKind.ANNOUNCEMENT)
    facts = sources(ledger).set_index("source")  # read last: a crawl may add one meanwhile
    columns = ["seller", "label", "effective_at", "about", *(["payload_sha256"] if by_document else [])]
    if found.empty or "effective_at" not in found.columns:
        none = pd.DataFrame({name: [] for name in columns}, dtype="str")
        return none.assign(effective_at=pd.to_datetime([], utc=True).astype("datetime64[us, UTC]"))
    dated = found[(found["notice"] == NoticeKind.ANNOUNCEMENT.value) & found["effective_at"].notna()]
    seller = {name: (json.loads(row) or [name])[0] for name, row in facts["sellers"].items()}
    table = dated.assign(
        seller=[seller[name] for name in dated["source"]],
        about=dated["about"] if "about" in dated.columns else None,
        effective_at=pd.to_datetime(dated["effective_at"], utc=True).astype("datetime64[us, UTC]"),
    )
    texts = dict.fromkeys(("seller", "label"), "str")  # of no row pandas makes numbers
    return table[columns].astype(texts).drop_duplicates().reset_index(drop=True)


def only_sample(ledger: Ledger) -> bool:
    """No document of this ledger is held: it is the shipped sample and nothing else yet."""
    with ledger.reading() as connection:
        held = connection.execute(
            select(schema.capture.c.seq).where(schema.capture.c.segment.is_not(None)).limit(1)
        ).first()
        return held is None


def quote_count(ledger: Ledger) -> int:
    parse = schema.parse
    with ledger.reading() as connection:
        return int(
            connection.execute(
                select(func.coalesce(func.sum(parse.c.rows), 0)).where(parse.c.kind == "prices")
            ).scalar_one()
        )
