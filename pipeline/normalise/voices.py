"""One price in several documents of one source: which of them speaks.

A price belongs to the document that stated it last. Another document of the same source confirms it with the same
amount; with another amount it is believed only where the first one is not seen to repeat its own at its next look.
"""

import numpy as np

from pipeline.normalise.codes import Codes
from pipeline.normalise.looks import Looks


def contradicted(key: Codes, look: Codes, nano: Codes, looked: Looks) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """The statements, ordered by key and public time, one per look, that a document still current contradicts."""
    out = np.zeros(len(key), dtype=bool)
    amount = {(int(k), int(position)): int(n) for k, position, n in zip(key, look, nano, strict=True)}
    home_key = home = -1
    for i in range(len(key)):
        k, position = int(key[i]), int(look[i])
        if k == home_key and looked.document[position] != looked.document[home]:
            stated = amount[k, home]
            repeats = not looked.last[home] and amount.get((k, home + 1)) == stated
            if nano[i] != stated and repeats and looked.instant[home + 1] > looked.instant[position]:
                out[i] = True
                continue
        home_key, home = k, position
    return out
