"""Scores under the model version they belong to: the label of a benchmark is resolved as a price's label is.

Enters the frame `scores`, the resolved labels of the price sources (which say what slugs exist) and the curated
tables; leaves the frame `scores` with `model_version` where a label was matched.
"""

import re

import pandas as pd

from pipeline import frames
from pipeline.normalise.identity import resolve
from pipeline.normalise.names import Curated

_EFFORT = re.compile(
    r"\s*\((?:x?-?high|medium|low|minimal|max|none|default|chat|reasoner|adaptive|[^()]*(?:think|reason)[^()]*)\)\s*$",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\s*\(([0-9][0-9-]*)\)\s*$")


def matched_scores(scores: pd.DataFrame, resolved: pd.DataFrame, reference: Curated) -> pd.DataFrame:
    """The scores, each with its model version; missing where nobody can say which version was measured.

    A leaderboard prints names for people (`Claude Opus 4.5 (High)`): an effort in brackets at the end is how the model
    was run, and blanks are dashes. Nothing else is changed, and nothing similar is accepted.
    """
    if scores.empty:
        return scores
    own = scores[["source", "label"]].astype("str").drop_duplicates()
    names = pd.DataFrame(
        {"source": own["source"], "seller": "", "label": own["label"].map(name_of_display), "alias_of": None}
    )
    answers = resolve(names, reference, known=resolved)
    versions = dict(zip(zip(own["source"], own["label"], strict=True), answers["model_version"], strict=True))
    keys = zip(scores["source"].astype("str"), scores["label"].astype("str"), strict=True)
    return frames.coerce(scores.assign(model_version=[versions[key] for key in keys]), "scores")


def name_of_display(label: str) -> str:
    """`Claude Opus 4.5 (High)` → `claude-opus-4.5`, `DeepSeek R1 (0528)` → `deepseek-r1-0528`.

    A date in brackets is the identity of a version, never how it was run; other brackets stay, and such a name matches
    nothing. A label with a slash is an identifier already.
    """
    if "/" in label:
        return label
    name = _STAMP.sub(r"-\1", _EFFORT.sub("", label))
    return re.sub(r"\s+", "-", name.strip().lower())
