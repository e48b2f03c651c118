"""Other writings of one name: the same words and numbers, less what only says how the model was run.

Pure text. Enters a slug that nobody is known to print; leaves the slugs that it may be another writing of, each with
the rule that makes it, the most literal first. A writing counts only where it is a known name: nothing here is an
answer, and no word or number is ever changed into another.
"""

import re
from collections.abc import Iterator

_PRECISION = re.compile(r"-(?:fp8|fp4|nvfp4|mxfp4|bf16|fp16|int8|int4|awq|gptq)(?:-dynamic)?$")
_EFFORT = re.compile(r"-(?:x?high|medium|low|minimal)(?:-effort)?$")
_BUDGET = r"(?:-(?:\d+k|x?high|medium|low|minimal)(?:-effort)?)?"
_WITHOUT_THOUGHT = re.compile(rf"-(?:non-reasoning|non-thinking|no-thinking|no-think|instant){_BUDGET}$")
_WITH_THOUGHT = re.compile(rf"-(?:reasoning|thinking|think|thought|adaptive){_BUDGET}$")
_TUNED = ("-it", "-instruct", "-chat")


def writings(slug: str, *, measured: bool) -> Iterator[tuple[str, str]]:
    """(rule, slug) of each other writing.

    A precision is how weights are served, not which weights (`precision`). The rest is for sources that measure
    (`measured`): they print the effort (`setting`) and leave out `-instruct` and `-it`, for they measure no base
    weights (`tuned`). Weights that think and weights that do not are two models where both names are known, so the
    thinking name goes before the bare one.
    """
    shorter = without_precision(slug)
    if shorter != slug:
        yield "precision", shorter
    if not measured:
        return
    bare = list(dict.fromkeys(_run(shorter)))
    for name in bare:
        yield "setting", name
    for name in (shorter, *bare):
        for ending in _TUNED:
            yield "tuned", name + ending


def without_precision(slug: str) -> str:
    """The slug without how exactly its weights are served (`-FP8`)."""
    return _PRECISION.sub("", slug)


def thinks(slug: str) -> bool:
    """Whether the slug says that the model thought before it answered."""
    return _WITHOUT_THOUGHT.search(slug) is None and _WITH_THOUGHT.search(without_precision(slug)) is not None


def _run(slug: str) -> Iterator[str]:
    """The slug without how the model was run."""
    without = _WITHOUT_THOUGHT.sub("", slug)
    if without != slug:
        yield without
        yield f"{without}-instruct"
        return
    base = _WITH_THOUGHT.sub("", slug)
    if base != slug:
        if "-instruct" in base:
            yield base.replace("-instruct", "-thinking")
        base = base.replace("-instruct", "")  # weights that were tuned to answer at once are others
        yield from (f"{base}-thinking", f"{base}-think", base)
        return
    effortless = _EFFORT.sub("", slug)
    if effortless != slug:
        yield effortless


def parts(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A spelling's numbers in their order and its words in none: equal for two writings that differ in word order."""
    pieces = [piece for piece in name.split("-") if piece]
    numbers = tuple(piece for piece in pieces if any(character.isdigit() for character in piece))
    return numbers, tuple(sorted(piece for piece in pieces if piece not in numbers))
