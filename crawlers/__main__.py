"""`python -m crawlers list | crawl | backfill | replay | probe | recover | parse | fixture`: an honest exit code.

0 done, 1 failed, 2 wrong usage or input, 3 done but something needs a person, 75 held by another instance. The code
is decided after the run was committed, from what was committed.
"""

import argparse
import importlib
import inspect
import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers import spiders
from crawlers.base import Contents, SourceSpider
from crawlers.document import Document, unwrap
from pipeline.domain.errors import InvalidValueError, LockHeldError, UndercutError
from pipeline.domain.instants import midnight, parse_instant
from pipeline.domain.quote import Notice
from pipeline.domain.schedule import Schedule
from pipeline.domain.source import SourceFacts
from pipeline.domain.stated import Stated
from pipeline.domain.vocabulary import NoticeKind, RunKind, RunVerdict
from pipeline.settings import secret_variable, settings

if TYPE_CHECKING:
    from crawlers.backfill import Report

DONE, FAILED, WRONG_USAGE, NEEDS_A_PERSON, LOCKED = 0, 1, 2, 3, 75


def known_spiders() -> dict[str, SourceSpider]:
    """Every spider below crawlers/spiders, by name; a file holds one and is called like it."""
    found: dict[str, SourceSpider] = {}
    for path in sorted(Path(next(iter(spiders.__path__))).glob("*/*.py")):
        if path.stem == "__init__":
            continue
        module = importlib.import_module(f"crawlers.spiders.{path.parent.name}.{path.stem}")
        for _, made in inspect.getmembers(module, inspect.isclass):
            if issubclass(made, SourceSpider) and made.__module__ == module.__name__:
                found[made.name] = made()
    return found


def _known_facts() -> dict[str, SourceFacts]:
    return {name: spider.facts() for name, spider in known_spiders().items()}


def spider_named(name: str) -> SourceSpider:
    known = known_spiders()
    if name not in known:
        raise InvalidValueError(f"there is no source {name!r}: `undercut sources` lists them")
    return known[name]


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
    except InvalidValueError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USAGE
    except LockHeldError as error:
        sys.stderr.write(f"{error}\n")
        return LOCKED
    except UndercutError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    except FileNotFoundError as error:
        sys.stderr.write(f"there is no file {error.filename}\n")
        return WRONG_USAGE
    except OSError as error:  # a full disk: what was not committed is recovered by the next crawl
        sys.stderr.write(f"{error}\n")
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawlers", description=__doc__)
    commands = parser.add_subparsers(required=True)

    listing = commands.add_parser("list", help="every source")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)

    crawling = commands.add_parser("crawl", help="look at one source")
    crawling.add_argument("name")
    crawling.add_argument("--kind", type=RunKind, default=RunKind.ASKED)
    crawling.add_argument("--due", type=parse_instant, default=None)
    crawling.set_defaults(run=_crawl)

    filling = commands.add_parser("backfill", help="read archived copies; a second call goes on")
    filling.add_argument("name")
    filling.add_argument("--every", type=float, default=3, help="days between two copies")
    filling.add_argument("--since", default=None, help="a day, YYYY-MM-DD")
    filling.add_argument("--limit", type=int, default=None)
    filling.add_argument("--archive", default=None, help="address of a web archive with a CDX index")
    filling.add_argument("--from", dest="folder", type=Path, default=None, help="a folder of copies")
    filling.add_argument("--match", default=None, help="pattern of paths below the folder")
    filling.add_argument("--by", default=None, help="who handed the copies in")
    filling.set_defaults(run=_backfill)

    adding = commands.add_parser("add", help="keep a document that a person hands in, and read it")
    adding.add_argument("file", type=Path)
    adding.add_argument("--url", required=True)
    adding.add_argument("--captured-at", type=parse_instant, required=True)
    adding.add_argument("--by", required=True)
    adding.add_argument("--source", default=None)
    adding.set_defaults(run=_add)

    replaying = commands.add_parser("replay", help="read stored documents again and compare")
    replaying.add_argument("name", nargs="?")
    replaying.add_argument("--all", action="store_true")
    replaying.add_argument("--sample", type=int, default=None)
    replaying.set_defaults(run=_replay)

    probing = commands.add_parser("probe", help="measure an endpoint with a key of one's own")
    _probe_options(probing)
    probing.set_defaults(run=_probe)

    recovering = commands.add_parser("recover", help="end what died")
    recovering.set_defaults(run=_recover)

    parsing = commands.add_parser("parse", help="read one document; no ledger, no clock")
    parsing.add_argument("name")
    parsing.add_argument("file", type=Path)
    parsing.add_argument("--captured-at", type=parse_instant, default=None)
    parsing.set_defaults(run=_parse)

    counting = commands.add_parser("accounting", help="what became of every price cell of stored copies")
    counting.add_argument("--captures", type=Path, required=True, help="a folder of copies")
    counting.add_argument("--files", type=Path, required=True, help="CSV of source, evidence, pattern below the folder")
    counting.add_argument("--ledger", action="store_true", help="the newest documents of the ledger as well")
    counting.add_argument("--out", type=Path, default=None, help="a Markdown file; else the screen")
    counting.set_defaults(run=_accounting)

    fixing = commands.add_parser("fixture", help="write the golden quotes of a test page")
    fixing.add_argument("name")
    fixing.add_argument("file", type=Path)
    fixing.set_defaults(run=_fixture)
    return parser


def _probe_options(parser: argparse.ArgumentParser) -> None:
    """Prices and bound have no defaults."""
    parser.add_argument("model")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--key-env", default=None, help="name of the environment variable that holds the key")
    parser.add_argument("--seller", default=None, help="who bills; else the host's name")
    parser.add_argument("--requests", type=int, default=5)
    parser.add_argument("--prompt-tokens", type=int, default=512)
    parser.add_argument("--output-tokens", type=int, default=256)
    parser.add_argument("--max-cost", type=_usd, required=True, help="USD")
    parser.add_argument("--input-price", type=_usd, required=True, help="USD per million tokens")
    parser.add_argument("--output-price", type=_usd, required=True, help="USD per million tokens")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one request")
    parser.add_argument("--limit-name", default="max_tokens", help="what the endpoint calls the most output tokens")


def _usd(text: str) -> Decimal:
    """An amount of an option; ValueError, which argparse explains, for anything else."""
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


def _list(given: argparse.Namespace) -> int:
    for spider in known_spiders().values():
        facts = spider.facts()
        line = json.dumps(facts.as_json(), ensure_ascii=False) if given.json else f"{facts.name:<24} {facts.title}"
        sys.stdout.write(line + "\n")
    return DONE


def read_file(spider: SourceSpider, path: Path, captured_at: datetime | None) -> Contents:
    """What a stored document states: its envelope is taken off here, never by a spider."""
    body, wrapped_at = unwrap(path.read_bytes())
    return spider.read(Document(body=body, url=path.name, captured_at=captured_at or wrapped_at))


def _parse(given: argparse.Namespace) -> int:
    reading = read_file(spider_named(given.name), given.file, given.captured_at)
    for line in golden(reading):
        sys.stdout.write(line + "\n")
    for notice in reading.notices:
        sys.stderr.write(json.dumps(notice.as_json(), ensure_ascii=False) + "\n")
    return NEEDS_A_PERSON if any(notice.notice is NoticeKind.ISSUE for notice in reading.notices) else DONE


def golden(reading: Contents) -> list[str]:
    """What was stated, one JSON object a line."""
    from crawlers.archive import row_of

    lines = [json.dumps(quote.as_json(), ensure_ascii=False) for quote in reading.quotes]
    others = [row_of(item) for item in _others(reading)]
    return lines + [json.dumps(row, ensure_ascii=False, default=str) for row in others]


def _others(reading: Contents) -> list[Stated]:
    """What is stated beside quotes; notices have lines of their own."""
    return [item for item in reading.items[len(reading.quotes) :] if not isinstance(item, Notice)]


def golden_lines(reading: Contents, version: int) -> list[str]:
    """What a test page must read as: the spider's version, then everything it states, one JSON object a line."""
    rows: list[object] = [{"version": version}]
    rows += [quote.as_json() for quote in reading.quotes]
    rows += [notice.as_json() for notice in reading.notices]
    rows += [{name: str(getattr(item, name)) for name in item.__slots__} for item in _others(reading)]
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def _accounting(given: argparse.Namespace) -> int:
    from crawlers.accounting import accounts, held, page
    from crawlers.archive import opened

    known = known_spiders()
    found = list(accounts(known, given.captures, given.files))
    if given.ledger:
        with opened(settings()) as ledger:
            found += held(known, ledger, settings().data_dir, {copy.source for copy in found})
    text = page(known, found)
    if given.out is None:
        sys.stdout.write(text)
    else:
        given.out.write_text(text)
    missed = [(copy, cell) for copy in found if copy.account for cell in copy.account.missed]
    for copy, cell in missed[:50]:
        sys.stderr.write(f"{copy.source} {copy.file} {cell.where}: {cell.text[:80]}\n")
    sys.stderr.write(f"{len(found)} copies, {len(missed)} price cells missed\n")
    return NEEDS_A_PERSON if missed else DONE


def _fixture(given: argparse.Namespace) -> int:
    reading = read_file(spider_named(given.name), given.file, None)
    target = given.file.with_name("golden.jsonl")
    target.write_text("".join(line + "\n" for line in golden_lines(reading, spider_named(given.name).version)))
    sys.stderr.write(f"{target}: {reading.rows} lines; read them once more before they are committed\n")
    return DONE


def _crawl(given: argparse.Namespace) -> int:
    from crawlers.archive import opened
    from crawlers.backfill import crawl
    from crawlers.recovery import recover

    spider = spider_named(given.name)
    if Schedule.parse(spider.schedule).when_asked:
        raise InvalidValueError(f"{given.name} has no document to look at: `undercut {given.name}` makes one")
    due = given.due or datetime.now(UTC).replace(microsecond=0)
    with opened(settings()) as ledger:
        recover(ledger, settings().data_dir, _known_facts())
        report = crawl(ledger, settings().data_dir, spider, due, given.kind)
        done = report is not None or ledger.is_done(given.name, due, given.kind)
    if report is None:
        sys.stderr.write(f"{given.name}: this slot is {'done already' if done else 'held by another crawl'}\n")
        return DONE if done else LOCKED
    if report.verdict is RunVerdict.NEEDS_KEY:
        variable = secret_variable(spider.needs_key or "")
        sys.stderr.write(f"{report.source} needs a key: it is read once {variable} holds yours\n")
        return report.exit_code
    return _said(report)


def _said(report: "Report") -> int:
    """What a run did, for the person who asked; its exit code."""
    sys.stderr.write(
        f"{report.source}: {report.verdict}; {report.documents} documents, {report.rows:,} read, "
        f"{report.notices:,} notices, {len(report.issues)} issues, {report.seconds:.1f} s\n"
    )
    for issue in report.issues[:20]:
        sys.stderr.write(f"  {issue}\n")
    return report.exit_code


def _probe(given: argparse.Namespace) -> int:
    from crawlers.probe import probed

    return _said(probed(given, spider_named("probe")))


def _backfill(given: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from crawlers.archive import opened
    from crawlers.backfill import backfill_packages
    from crawlers.mementos import backfill_mementos
    from crawlers.recovery import recover

    spider = spider_named(given.name)
    if given.folder is not None:
        return _from_folder(spider, given)
    if spider.package is None and given.archive is None:
        raise InvalidValueError(f"{given.name} has no releases to read: --from FOLDER or --archive ADDRESS")
    since = midnight(datetime.strptime(given.since, "%Y-%m-%d").replace(tzinfo=UTC).date()) if given.since else None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        opened(settings()) as ledger,
        Progress(*columns, console=Console(stderr=True)) as bar,
    ):
        recover(ledger, settings().data_dir, _known_facts())
        task = bar.add_task(given.name, total=None)
        read = partial(backfill_mementos, archive=given.archive.rstrip("/")) if given.archive else backfill_packages
        reports = read(
            ledger,
            settings().data_dir,
            spider,
            every=timedelta(days=given.every),
            since=since,
            limit=given.limit,
            progress=lambda done, total, what: bar.update(
                task, completed=done, total=total, description=f"{given.name} {what}"
            ),
        )
    failed = [report for report in reports if report.exit_code == FAILED and report.verdict is not RunVerdict.LISTED]
    without = sum(1 for report in reports if report.verdict is RunVerdict.LISTED)
    rows = sum(report.rows for report in reports)
    counts = f"{rows:,} prices, {without} without the document, {len(failed)} failed"
    sys.stderr.write(f"{given.name}: {len(reports)} copies read, {counts}\n")
    return FAILED if failed and len(failed) == len(reports) else NEEDS_A_PERSON if failed else DONE


def _from_folder(spider: SourceSpider, given: argparse.Namespace) -> int:
    from crawlers.archive import opened
    from crawlers.folder import backfill_folder, copies
    from crawlers.recovery import recover

    if not given.folder.is_dir():
        raise InvalidValueError(f"{given.folder} is no folder")
    found = copies(given.folder, spider, given.match)
    with opened(settings()) as ledger:
        recover(ledger, settings().data_dir, _known_facts())
        reports = backfill_folder(ledger, settings().data_dir, spider, found, handed_in_by=given.by)
    for report in reports:
        for issue in report.issues[:5]:
            sys.stderr.write(f"  {issue}\n")
    failed = [report for report in reports if report.exit_code == FAILED]
    rows = sum(report.rows for report in reports)
    counts = f"{len(reports)} of {len({copy.as_of for copy in found})} instants read now"
    sys.stderr.write(f"{spider.name}: {counts}, {rows:,} read, {len(failed)} failed\n")
    return FAILED if failed and len(failed) == len(reports) else NEEDS_A_PERSON if failed else DONE


def _add(given: argparse.Namespace) -> int:
    from crawlers.archive import opened
    from crawlers.folder import Kept, backfill_folder, source_of

    spider = spider_named(given.source) if given.source else source_of(given.url, known_spiders().values())
    copy = Kept(path=given.file, url=given.url, as_of=given.captured_at)
    with opened(settings()) as ledger:
        reports = backfill_folder(ledger, settings().data_dir, spider, [copy], handed_in_by=given.by)
    if not reports:
        sys.stderr.write(f"{spider.name}: a document of that instant is in the ledger already\n")
        return DONE
    report = reports[0]
    sys.stderr.write(f"{spider.name}: {report.verdict}; {report.rows:,} read, handed in by {given.by}\n")
    for issue in report.issues:
        sys.stderr.write(f"  {issue}\n")
    return report.exit_code


def _recover(_: argparse.Namespace) -> int:
    from crawlers.archive import opened
    from crawlers.recovery import recover

    with opened(settings()) as ledger:
        ended = recover(ledger, settings().data_dir, _known_facts())
    for run in ended:
        sys.stderr.write(f"{run}: interrupted; its captures are kept and its slot is due again\n")
    return DONE


def _replay(given: argparse.Namespace) -> int:
    from crawlers.archive import opened
    from crawlers.replay import replay

    chosen = [spider_named(given.name)] if given.name else list(known_spiders().values())
    with opened(settings()) as ledger:
        done = replay(ledger, settings().data_dir, chosen, sample=None if given.all else given.sample)
    for finding in done.findings:
        sys.stderr.write(finding + "\n")
    counts = f"{len(done.findings)} differ, {len(done.newer)} read by a newer version"
    sys.stderr.write(f"{done.compared} documents read again, {counts}\n")
    return NEEDS_A_PERSON if done.findings else DONE


if __name__ == "__main__":
    sys.exit(main())
