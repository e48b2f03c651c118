"""What the browser is given."""

import re
from pathlib import Path

import plotly

from dashboard.components.graph import CONFIG, graph

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"


def test_the_chart_library_is_of_the_version_that_the_figures_are_made_for() -> None:
    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    ours = ASSETS / "plotly-basic.min.js"
    version = re.compile(r"plotly\.js .*?v(\d+\.\d+\.\d+)")
    (expected, found) = (version.search(path.read_text(encoding="utf-8")[:200]) for path in (bundled, ours))
    assert expected is not None
    assert found is not None
    assert found[1] == expected[1]


def test_no_asset_names_another_host() -> None:
    for path in ASSETS.rglob("*"):
        if path.suffix in (".css", ".js") and path.name != "plotly-basic.min.js":
            assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path.name


def test_no_chart_offers_to_send_itself_anywhere() -> None:
    drawn = graph("x", {"light": {"layout": {"height": 100}}}, title="t", reading="r", source="s")
    assert CONFIG["showSendToCloud"] is False
    assert drawn.children[1].children.config is CONFIG
