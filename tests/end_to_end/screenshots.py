"""`make screenshots`: every page, two of them also dark, into docs/screenshots/.

With a data directory as argument the pictures are of its current build, else of the shipped sample.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from dashboard.app import create_app
from pipeline.jobs.reading import sample_snapshot
from pipeline.query.snapshot import PublishedShelf, Shelf
from pipeline.settings import ROOT, Settings, settings
from tests.end_to_end.browser import chromium, served

FOLDER = ROOT / "docs" / "screenshots"
DARK = ("overview", "model")
WIDTH, HEIGHT = 1440, 1000


def main(folder: Path, data_dir: Path | None) -> None:
    """Take every picture; the folder is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    made = data_dir or sample_snapshot(settings())
    shelf = PublishedShelf(made, f"sqlite:///{made / 'ledger.sqlite'}")
    with served(create_app(shelf, Settings()).server) as origin, chromium() as browser:
        for name, path in addresses(shelf).items():
            for scheme in ("light", "dark") if name in DARK else ("light",):
                _picture(
                    browser, f"{origin}{path}", scheme, folder / f"{name}{'-dark' if scheme == 'dark' else ''}.png"
                )


def addresses(shelf: Shelf) -> dict[str, str]:
    """Name of a picture → path of a page that has something to show."""
    current = shelf.current()
    assert current is not None, "nothing is published"
    events = current["events"].sort_values("public_at", ascending=False)
    flagged = events[events["flag"].notna() & events["model_version"].notna()]
    event = (flagged if len(flagged) else events).iloc[0]
    spells = current["spells"]
    listing = current["listings"].set_index("listing_id").loc[spells.iloc[0]["listing_id"]]
    version = event["model_version"] if isinstance(event["model_version"], str) else listing["model_version"]
    return {
        "overview": "/",
        "prices": "/prices",
        "model": f"/models/{version}",
        "sources": "/sources",
        "evidence": f"/evidence/{spells.iloc[0]['first_payload']}",
        "event": f"/events/{event['id']}",
        "method": "/method",
        "series": "/series",
        "comparisons": "/comparisons",
        "funnel": "/funnel",
        "case": f"/cases/{event['id']}",
        "cases": "/cases",
        "names": "/names",
    }


def _picture(browser: Browser, address: str, scheme: str, path: Path) -> None:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address)
    settled(page)
    page.screenshot(path=path)
    context.close()


def settled(page: Page) -> None:
    """Wait until the page is there and nothing is being fetched or drawn any more."""
    page.wait_for_selector("main h1")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-dash-is-loading=true]")).to_have_count(0)


if __name__ == "__main__":
    main(FOLDER, Path(sys.argv[1]) if len(sys.argv) > 1 else None)
