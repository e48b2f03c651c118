"""The ground of comparisons of one model version at a time.

Enters `Ground`; leaves for each version a `Ground` with its own rows alone, its text as Python's own: a model is asked
of many days, and of a column of Arrow every cell is a conversion.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dumping.comparisons import Ground

Places = npt.NDArray[np.intp]
_NONE: Places = np.array([], dtype=np.intp)


class ByModel:
    """The rows of each version, taken out when they are asked for."""

    def __init__(self, ground: Ground) -> None:
        self._whole = replace(ground, standing=plain_text(ground.standing), readings=plain_text(ground.readings))
        self._standing = _places(ground.standing)
        self._readings = _places(ground.readings)
        self._known: dict[str, Ground] = {}

    def of(self, model_version: str) -> Ground:
        if model_version not in self._known:
            self._known[model_version] = replace(
                self._whole,
                standing=self._whole.standing.take(self._standing.get(model_version, _NONE)),
                readings=self._whole.readings.take(self._readings.get(model_version, _NONE)),
            )
        return self._known[model_version]


def of_models(ground: Ground, models: Collection[str]) -> Ground:
    """The ground of some versions."""
    asked = list(models)
    return replace(
        ground,
        standing=ground.standing[ground.standing["model_version"].isin(asked)],
        readings=ground.readings[ground.readings["model_version"].isin(asked)],
    )


def plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows, each text a Python string."""
    return frame.astype({name: "object" for name, kind in frame.dtypes.items() if kind == "str"})


def _places(frame: pd.DataFrame) -> dict[str, Places]:
    """The positions of each model version's rows."""
    found = frame.groupby("model_version", observed=True).indices
    return {str(name): np.asarray(places, dtype=np.intp) for name, places in found.items()}
