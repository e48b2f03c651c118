"""What a person meets in the browser."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.app import create_app
from pipeline.domain.errors import LedgerError
from pipeline.query.documents import Document
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf, small_snapshot
from tests.dashboard.snapshot import BUILD
from tests.end_to_end.browser import served
from tests.end_to_end.screenshots import addresses, settled

pytestmark = pytest.mark.browser


ADDRESSES = addresses(FixedShelf(small_snapshot()))


def opened(page: Page, origin: str, path: str) -> Page:
    page.goto(f"{origin}{path}")
    settled(page)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_accessible_silent_and_asks_nobody_else(page: Page, origin: str, axe: str, name: str) -> None:
    opened(page, origin, ADDRESSES[name])
    # By the debugger's protocol: the page's own policy would refuse an injected script.
    page.evaluate(axe)
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}))
            .violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | "))"""
    )
    assert found == []


def test_filters_survive_a_reload_and_a_bookmark(page: Page, origin: str) -> None:
    opened(page, origin, "/?tab=watch")
    expect(page.locator(".inbox-item")).to_have_count(1)
    page.reload()
    settled(page)
    expect(page.locator(".inbox-item .what")).to_contain_text("qwen/qwen3-32b")
    assert "tab=watch" in page.url


def test_choosing_a_kind_writes_it_into_the_address(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    page.get_by_text("Other changes", exact=True).click()
    expect(page.locator(".inbox-item .what").first).to_contain_text("openai/gpt-5.6-sol")
    expect(page).to_have_url(re.compile("tab=other"))


def test_a_card_opens_in_place_and_its_evidence_is_one_click_away(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    page.locator(".inbox-item").nth(1).click()
    expect(page.locator(".card h2")).to_contain_text("deepseek/deepseek-v4-flash")
    page.locator(".card a[href^='/evidence/']").first.click()
    expect(page.locator("main h1")).to_have_text("Evidence")
    expect(page.locator("main")).to_contain_text("Number in the hash chain")


def test_j_and_k_walk_the_list(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    expect(page.locator(".card h2")).to_contain_text("openai/o3")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".inbox-item[aria-current=true]")).to_have_count(1)
    expect(page.locator(".card h2")).to_contain_text("deepseek")
    page.keyboard.press("k")
    expect(page.locator(".inbox-item:focus")).to_have_count(1)


def test_one_box_finds_models_sellers_and_sources(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    page.locator("#search").click()
    page.locator("#search").press_sequentially("deepseek v4")
    page.get_by_role("option", name="deepseek/deepseek-v4-flash").click()
    expect(page.locator("main h1")).to_have_text("deepseek/deepseek-v4-flash")


def test_the_mix_of_the_address_is_a_third_blend(page: Page, origin: str) -> None:
    opened(page, origin, "/models/openai/o3?measure=mix&mix=1:0:1")
    expect(page.locator(".reading").first).to_contain_text("5 USD per million tokens")


def test_no_chart_offers_to_send_itself_anywhere(page: Page, origin: str) -> None:
    opened(page, origin, "/models/openai/o3")
    # A chart is drawn after its page has settled: its library is fetched and read first.
    buttons = page.locator(".modebar-btn")
    expect(buttons).not_to_have_count(0)
    titles = buttons.evaluate_all("all => all.map(one => one.getAttribute('data-title'))")
    assert not [title for title in titles if title and ("Share" in title or "Cloud" in title)]


def test_a_picture_says_which_build_it_is_of(page: Page, origin: str) -> None:
    opened(page, origin, "/models/openai/o3")
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    assert download.value.suggested_filename.startswith("undercut B31 of openai")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_the_download_is_the_view(page: Page, origin: str) -> None:
    opened(page, origin, "/prices?q=deepseek&only=all")
    expect(page.locator("#prices-count")).to_contain_text("5 of 10 listings")
    with page.expect_download() as download:
        page.get_by_role("link", name="This view as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert {row["model version"] for row in rows} == {"deepseek/deepseek-v4-flash"}


def test_numbers_of_the_grid_are_never_cut(page: Page, origin: str) -> None:
    opened(page, origin, "/prices?only=all")
    expect(page.locator(".ag-row").first).to_be_visible()
    cut = page.locator(".ag-cell.number").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert cut == []


def test_a_hostile_name_is_text(page: Page, origin: str) -> None:
    opened(page, origin, "/prices?only=all&q=onerror")
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    expect(page.locator(".ag-row img")).to_have_count(0)
    opened(page, origin, "/sources")
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    expect(page.locator("main img")).to_have_count(0)


def test_the_theme_reaches_chart_and_grid(page: Page, origin: str) -> None:
    opened(page, origin, "/models/openai/o3")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_have_css("background-color", "rgb(20, 23, 28)")
    expect(page.locator("body")).to_have_attribute("data-ag-theme-mode", "dark")


def test_a_page_prints_on_light_paper_without_its_buttons(page: Page, origin: str, tmp_path: Path) -> None:
    opened(page, origin, ADDRESSES["event"])
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("#citation")).to_be_visible()
    page.pdf(path=tmp_path / "card.pdf", format="A4")
    pages = (tmp_path / "card.pdf").read_bytes().count(b"/Type /Page\n") or (tmp_path / "card.pdf").read_bytes().count(
        b"/Type /Page "
    )
    assert pages <= 4


def test_a_printed_overview_keeps_its_list_and_every_digest_is_whole(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    page.emulate_media(media="print")
    expect(page.locator(".inbox-item").first).to_be_visible()
    link = page.locator(".card table a[href^='/evidence/']").first
    said = link.evaluate("link => [getComputedStyle(link, '::after').content, link.pathname]")
    assert re.fullmatch(r'"[0-9a-f]{64}"', said[0])
    assert said[0].strip('"') in said[1]


def test_printed_prices_are_a_table_with_state_and_tax_that_says_how_many_rows_there_are(
    page: Page, origin: str
) -> None:
    opened(page, origin, "/prices")
    expect(page.locator(".ag-row").first).to_be_visible()
    rows = page.request.get(f"{origin}/rows/prices").json()["rows"]
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.locator("#prices-printed")
    expect(printed.locator("p")).to_contain_text(f"All {len(rows)} rows")
    expect(printed.locator("tbody tr")).to_have_count(len(rows))
    for column in ("Since", "Age (days)", "State", "Tax"):
        expect(printed.locator("th", has_text=column)).to_be_visible()
    expect(page.locator(".grid")).to_be_hidden()


def test_what_a_price_is_worth_little_without_is_in_view_at_1440_pixels(page: Page, origin: str) -> None:
    opened(page, origin, "/prices")
    body = page.locator(".ag-root").bounding_box()
    assert body is not None
    for field in ("against", "state", "tax"):
        cell = page.locator(f".ag-header-cell[col-id={field}]").bounding_box()
        assert cell is not None
        assert cell["x"] + cell["width"] <= body["x"] + body["width"]


def test_no_page_is_wider_than_a_phone(page: Page, origin: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("overview", "event", "prices", "model", "case"):
        opened(page, origin, ADDRESSES[name])
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_the_keyboard_reaches_the_content_first(page: Page, origin: str) -> None:
    opened(page, origin, "/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_a_hostile_document_is_inert(context: BrowserContext) -> None:
    digest = small_snapshot()["spells"].iloc[0]["first_payload"]
    hostile = b"<meta charset=utf-8><p id=here>0.14</p><script>parent.document.title='owned'</script>"
    document = Document(url="https://x.example", media_type="text/html", body=hostile, cut=False, quotes=[])
    app = create_app(FixedShelf(small_snapshot(), {digest: document}), Settings())
    with served(app.server) as origin:
        page = context.new_page()
        page.goto(f"{origin}/evidence/{digest}")
        expect(page.frame_locator("iframe.document").locator("#here")).to_have_text("0.14")
        assert page.title() != "owned"
        page.close()


def test_the_citation_names_the_view_and_its_build(page: Page, origin: str) -> None:
    opened(page, origin, "/prices?q=o3&only=all")
    expect(page.locator("#permalink")).to_have_text(f"http://127.0.0.1:8050/prices?q=o3&only=all&build={BUILD}")


class _Broken(FixedShelf):
    """A shelf whose ledger cannot be read."""

    def document(self, payload_sha256: str) -> Document | None:
        raise LedgerError("The ledger is locked.")


def test_a_part_that_fails_says_so_and_the_rest_lives(context: BrowserContext) -> None:
    with served(create_app(_Broken(small_snapshot()), Settings()).server) as origin:
        page = context.new_page()
        page.goto(f"{origin}{ADDRESSES['evidence']}")
        expect(page.locator("#failure")).to_contain_text("did not load (reference ")
        expect(page.locator("#failure")).to_contain_text("The ledger is locked.")
        page.get_by_role("link", name="Prices", exact=True).click()
        expect(page.locator("main h1")).to_have_text("Prices now")
        expect(page.locator("#failure")).to_be_empty()
        page.close()
