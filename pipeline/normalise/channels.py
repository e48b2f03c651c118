"""What a channel says beside prices (readings, volumes) under the model version it belongs to.

Enters the frame `readings` or `volumes`, the resolved labels of the price sources and the curated tables; leaves the
same frame with `model_version` where a label was matched. A label that nobody can place keeps its row.
"""

import pandas as pd

from pipeline import frames
from pipeline.normalise.identity import resolve
from pipeline.normalise.names import Curated


def matched(frame: pd.DataFrame, name: str, resolved: pd.DataFrame, reference: Curated) -> pd.DataFrame:
    """The frame `name`, each row with its model version; missing where the label was refused."""
    if frame.empty:
        return frame
    own = frame[["source", "seller", "label"]].astype("str").drop_duplicates()
    answers = resolve(own.assign(alias_of=None), reference, known=resolved)
    versions = dict(zip(zip(own["source"], own["label"], strict=True), answers["model_version"], strict=True))
    keys = zip(frame["source"].astype("str"), frame["label"].astype("str"), strict=True)
    return frames.coerce(frame.assign(model_version=[versions[key] for key in keys]), name)
