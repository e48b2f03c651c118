"""Scores under the model version they belong to: the label of a benchmark is resolved as a price's label is.

Enters the frame `scores`, the resolved labels of the price sources (which say what slugs exist) and the curated
tables; leaves the frame `scores` with `model_version` where a label was matched.
"""

import pandas as pd

from pipeline import frames
from pipeline.normalise.identity import resolve
from pipeline.normalise.names import Curated


def matched_scores(scores: pd.DataFrame, resolved: pd.DataFrame, reference: Curated) -> pd.DataFrame:
    """The scores, each with its model version; missing where nobody can say which version was measured.

    A leaderboard prints names for people (`Claude Opus 4.5 (High)`) and slugs with the effort (`gpt-5-high`); the
    curated table of sources says which of them measure. A version that was run at several efforts keeps every score.
    """
    if scores.empty:
        return scores
    own = scores[["source", "label"]].astype("str").drop_duplicates()
    names = pd.DataFrame({"source": own["source"], "seller": own["source"], "label": own["label"], "alias_of": None})
    answers = resolve(names, reference, known=resolved)
    versions = dict(zip(zip(own["source"], own["label"], strict=True), answers["model_version"], strict=True))
    keys = zip(scores["source"].astype("str"), scores["label"].astype("str"), strict=True)
    return frames.coerce(scores.assign(model_version=[versions[key] for key in keys]), "scores")
