"""Crawls DeepSeek's page at a given address, as the crawl command would: run as a process of its own.

`python -m tests.crawlers.core.one_page ADDRESS [race|warm]`; with `race`, eight pages of one host are asked for at
once, with `warm` after one that brought its robots.txt.
"""

import asyncio
import sys
from datetime import UTC, datetime

import scrapy

from crawlers.archive import begin
from crawlers.backfill import crawl
from crawlers.engine import Adapter, FetchError, run
from crawlers.spiders.makers.deepseek import DeepSeek
from pipeline.domain.vocabulary import RunKind, RunVerdict
from pipeline.settings import settings
from pipeline.store.engine import open_ledger


def main(address: str, mode: str) -> int:
    spider = DeepSeek()
    type(spider).urls = (address,)
    with open_ledger(settings().ledger_url, settings().data_dir) as ledger:
        now = datetime.now(UTC)
        if mode in ("race", "warm"):
            return race(ledger, spider, address, now, warm=mode == "warm")
        report = crawl(ledger, settings().data_dir, spider, now, RunKind.SCHEDULED)
    if report is None:
        return 2
    sys.stdout.write(f"{report.verdict}\n")
    return report.exit_code


def race(ledger, spider, address, now, *, warm: bool) -> int:
    recorder = begin(ledger, settings().data_dir, spider, now, RunKind.ASKED)
    refused = []

    async def one(adapter: Adapter, number: int) -> None:
        try:
            await adapter.download(scrapy.Request(f"{address}/{number}", dont_filter=True))
        except FetchError:
            refused.append(number)

    async def job(adapter: Adapter) -> None:
        adapter.recorder = recorder
        if warm:
            await one(adapter, 0)
            refused.clear()
        await asyncio.gather(*(one(adapter, number) for number in range(8)))

    run(job, DOWNLOAD_DELAY=0)
    recorder.commit(RunVerdict.LISTED, {})
    sys.stdout.write(f"{len(refused)} refused\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
