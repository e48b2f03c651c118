"""Documentation sources with components (MDX) → what the readers of Markdown and of HTML understand.

In: the text as served. Out: the same text, where a tab is a heading (Markdown) or a pane (HTML), a span is an
attribute of HTML, an escaped sign is the sign. Lines keep their numbers.
"""

import re
from html import escape

_TAB = re.compile(r'<Tab title="([^"]*)">')
_TAB_END = re.compile(r"</Tab>")
_SPAN = re.compile(r"\b(rowSpan|colSpan)=\{([0-9]+)\}")
_ANCHOR = re.compile(r'<span id="[^"]*" ?/>')
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([<>$*_~|\[\]()#.!+-])")
_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_NO_TAB = "-"


def tabs_as_headings(text: str) -> str:
    """Markdown where the nearest heading of a table inside a tab is the tab's title, and after the tab a hyphen."""
    return _TAB_END.sub(f"###### {_NO_TAB}", _TAB.sub(r"###### \1", text))


def as_page(text: str) -> str:
    """HTML of a source that writes its tables as elements: tabs as panes, headings as elements."""
    page = _SPAN.sub(lambda match: f'{match[1].lower()}="{match[2]}"', _ANCHOR.sub("", _COMMENT.sub("", text)))
    page = _HEADING.sub(lambda match: f"<h{len(match[1])}>{match[2]}</h{len(match[1])}>", page)
    page = _TAB_END.sub("</div>", _TAB.sub(r'<div data-value="\1">', page))
    return f"<html><body>{_ESCAPED.sub(lambda match: escape(match[1]), page)}</body></html>"
