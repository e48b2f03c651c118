"""Mutations of the pipe tables of a Markdown text, and of what stands above them."""

import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from tests.evaluation.change import FACTORS, NUMBER, SENTENCES, TITLES, Change, Kind, scaled

Grid = list[list[str]]
_RULE = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?\s*")


def of_markdown(text: str, dice: random.Random) -> Iterator[Change]:
    lines = text.split("\n")
    yield Change(name="written anew", kind=Kind.CORRECT, make=lambda: "\n".join(line.rstrip() for line in lines))
    tables = list(_markdown_tables(lines))
    at = tables[0][0] if tables else 0
    for sentence in SENTENCES:
        changed = "\n".join([*lines[:at], "", sentence, "", *lines[at:]])
        yield Change(name="sentence added", kind=Kind.MEANING, make=partial(str, changed))
    for start, end in tables:
        widths = {len(_split(line)) for line in lines[start:end]}
        for name, kind, edit in _grid_edits(max(widths), dice) if len(widths) == 1 and widths != {1} else ():
            yield Change(name=name, kind=kind, make=partial(_edited_lines, lines, start, end, edit))


def _edited_lines(lines: list[str], start: int, end: int, edit: Callable[[Grid], bool]) -> str | None:
    grid = [_split(line) for line in lines[start:end]]
    if not edit(grid):
        return None
    return "\n".join([*lines[:start], *(f"|{'|'.join(row)}|" for row in grid), *lines[end:]])


def _markdown_tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at + 1 < len(lines):
        if "|" in lines[at] and _RULE.fullmatch(lines[at + 1]):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield at, end
            at = end
        at += 1


def _split(line: str) -> list[str]:
    inner = re.sub(r"^\s*\|", "", re.sub(r"(?<!\\)\|\s*$", "", line))
    return re.split(r"(?<!\\)\|", inner)


def _grid_edits(width: int, dice: random.Random) -> Iterator[tuple[str, Kind, Callable[[Grid], bool]]]:
    """As `_table_edits`, for the cells of a pipe table, whose second line is the rule."""
    for column in range(1, width):
        yield "column dropped", Kind.WRONG, partial(_drop, column)
        yield (
            "column dropped below its title",
            Kind.WRONG,
            partial(_below, partial(_drop, column)),
        )
        yield "title blanked", Kind.WRONG, partial(_put, column, " ")
        yield "title translated", Kind.WRONG, partial(_translate, column)
        for factor in dice.sample(FACTORS, 2):
            yield "column scaled", Kind.WRONG, partial(_scale_grid, column, factor)
        other = dice.choice([at for at in range(width) if at != column])
        yield "columns swapped with their titles", Kind.CORRECT, partial(_swap_grid, column, other)
        yield (
            "columns swapped below their titles",
            Kind.WRONG,
            partial(_below, partial(_swap_grid, column, other)),
        )


def _below(edit: Callable[[Grid], bool], grid: Grid) -> bool:
    """An edit of the rows below the title and its rule."""
    return edit(grid[2:])


def _drop(at: int, grid: Grid) -> bool:
    for row in grid:
        del row[at]
    return True


def _translate(at: int, grid: Grid) -> bool:
    return _put(at, _foreign(grid[0][at], at), grid)


def _foreign(title: str, at: int) -> str:
    return f" {TITLES.get(title.strip().lower(), f'Preis {at} (neu)')} "


def _put(at: int, title: str, grid: Grid) -> bool:
    if grid[0][at].strip() == title.strip():
        return False
    grid[0][at] = title
    return True


def _scale_grid(at: int, factor: Decimal, grid: Grid) -> bool:
    done = False
    for row in grid[2:]:
        changed = NUMBER.sub(lambda match: scaled(match[0], factor), row[at])
        done, row[at] = done or changed != row[at], changed
    return done


def _swap_grid(one: int, other: int, grid: Grid) -> bool:
    done = any(row[one].strip() != row[other].strip() for row in grid)
    for row in grid:
        row[one], row[other] = row[other], row[one]
    return done
