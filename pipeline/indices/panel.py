"""A user's panel of prices: read from CSV, checked, and laid out as a table of periods by products.

Enters CSV text with the columns `period, product, price[, quantity][, group]`, or a frame with them; leaves
`PriceTable`s. Nothing is guessed: what cannot be read is a PanelError that names the line.
"""

import csv
import io
from collections.abc import Hashable, Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipeline.domain.errors import PanelError
from pipeline.indices.periods import in_order
from pipeline.indices.table import PriceTable

COLUMNS = ("period", "product", "price", "quantity", "group")
_REQUIRED = ("period", "product", "price")
_NUMBERS = ("price", "quantity")


def read_panel(text: str) -> pd.DataFrame:
    """The rows of a CSV panel, keyed by their line: text, and `price` and `quantity` as numbers (NaN where empty).

    Text is taken without the blanks around it; blank lines are left out. Raises PanelError, naming the line, where the
    header lacks or does not know a column, a row has not the header's number of cells, or a number cannot be read.
    """
    plain = _plain(text)
    return _read_carefully(text) if plain is None else plain


def _plain(text: str) -> pd.DataFrame | None:
    """The panel, read all at once; None where a cell is quoted, a line blank or anything odd (ten times as slow)."""
    numbers = {name: pa.float64() for name in _NUMBERS}
    types = {name: numbers.get(name, pa.string()) for name in COLUMNS}
    options = arrow_csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False)
    if '"' in text or text.count("\r") != text.count("\r\n"):
        return None
    try:
        read = arrow_csv.read_csv(_owned(text), convert_options=options)
    except pa.ArrowInvalid:
        return None
    names = set(read.column_names)
    if not names.issuperset(_REQUIRED) or not names.issubset(COLUMNS) or len(names) < read.num_columns:
        return None
    if read.num_rows == 0 or read.num_rows != text.rstrip("\r\n").count("\n"):
        return None
    panel: pd.DataFrame = read.to_pandas().set_index(pd.RangeIndex(2, read.num_rows + 2, name="line"))
    return panel.assign(**{name: panel[name].str.strip() for name in names.difference(_NUMBERS)})


def _owned(text: str) -> pa.BufferReader:
    """The text in memory that Arrow owns.

    Arrow's threads may let go of it while Python ends already: of a Python object that aborts the process (one exit in
    240 was 134 instead of 2 on a busy machine, 2026-11-30).
    """
    stream = pa.BufferOutputStream()
    stream.write(text.encode())
    return pa.BufferReader(stream.getvalue())


def _read_carefully(text: str) -> pd.DataFrame:
    """The panel cell by cell, or what is wrong with it."""
    lines, rows = _records(text)
    if not rows:
        raise PanelError("line 1: the panel is empty; the header period,product,price[,quantity][,group] is missing")
    header = _header([cell.strip() for cell in rows[0]])
    lines, rows = lines[1:], rows[1:]
    if not rows:
        raise PanelError("line 2: the panel has a header and no row")
    widths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    odd = np.flatnonzero(widths != len(header))
    if len(odd):
        raise PanelError(f"line {lines[odd[0]]}: {widths[odd[0]]} cells where the header has {len(header)}")
    columns = {name: _column(name, list(map(itemgetter(place), rows)), lines) for place, name in enumerate(header)}
    return pd.DataFrame(columns, index=pd.Index(lines, name="line"))


def tables(panel: pd.DataFrame, *, with_quantities: bool | None) -> Iterator[tuple[Hashable, PriceTable]]:
    """Every group of a panel (None where it has none) with its table, in the order of the groups' text.

    A group has the periods in which it has a price. `with_quantities`: quantities are needed (True), not used (False),
    or used where the panel has the column (None).

    Raises PanelError, naming the line (the row's key), for a missing column, an empty cell, a price that is not above
    zero, a quantity below zero or missing where it is used, or a repeated (period, product, group).
    """
    wanted = _wanted(panel, with_quantities)
    _check_numbers(panel, wanted)
    periods, period = _codes(panel, "period", ordered=True)
    _, product = _codes(panel, "product", ordered=False)
    groups, group = _codes(panel, "group", ordered=False) if "group" in panel else ([None], np.zeros_like(period))
    key = (group * len(periods) + period) * (int(product.max()) + 1) + product
    order = np.argsort(key, kind="stable")
    _check_unique(panel, order, key[order])
    group, period, product = group[order], period[order], product[order]
    price = panel["price"].to_numpy(np.float64)[order]
    used = "quantity" in wanted
    quantity = panel["quantity"].to_numpy(np.float64)[order] if used else np.full(len(price), np.nan)
    bounds = np.searchsorted(group, np.arange(len(groups) + 1))
    for number, name in enumerate(groups):
        rows = slice(bounds[number], bounds[number + 1])
        yield name, _table(periods, period[rows], product[rows], price[rows], quantity[rows])


def _table(
    periods: Sequence[Hashable],
    period: npt.NDArray[np.int64],
    product: npt.NDArray[np.int64],
    price: npt.NDArray[np.float64],
    quantity: npt.NDArray[np.float64],
) -> PriceTable:
    seen, at = _renumbered(period)
    kept, product = _renumbered(product)
    return PriceTable(
        periods=[periods[number] for number in seen],
        products=len(kept),
        starts=np.searchsorted(at, np.arange(len(seen) + 1)),
        period=at,
        product=product,
        price=price,
        quantity=quantity,
    )


def _renumbered(numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The numbers that occur, and for every row the place of its number among them."""
    occurs = np.zeros(int(numbers.max()) + 1, dtype=np.bool_)
    occurs[numbers] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[numbers]


def _records(text: str) -> tuple[npt.NDArray[np.int64], list[list[str]]]:
    """The rows that are not blank, and the lines that they begin on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, rows = [1], []
    try:
        if '"' in text:  # a quoted cell may hold line breaks
            for row in reader:
                rows.append(row)
                begins.append(reader.line_num + 1)
        else:
            rows = list(reader)
    except csv.Error as error:
        raise PanelError(f"line {reader.line_num}: no CSV ({error})") from error
    lines = np.array(begins[:-1], dtype=np.int64) if len(begins) > 1 else np.arange(1, len(rows) + 1)
    filled = np.fromiter(map(bool, rows), dtype=np.bool_, count=len(rows))
    return lines[filled], [row for row in rows if row]


def _header(names: list[str]) -> list[str]:
    for name in _REQUIRED:
        if name not in names:
            raise PanelError(f"line 1: the column {name} is missing; the columns are {', '.join(COLUMNS)}")
    for place, name in enumerate(names):
        if name not in COLUMNS:
            raise PanelError(f"line 1: no column of a panel is called {name!r}; the columns are {', '.join(COLUMNS)}")
        if name in names[:place]:
            raise PanelError(f"line 1: the column {name} stands twice")
    return names


def _column(name: str, cells: list[str], lines: npt.NDArray[np.int64]) -> Any:
    if name in _NUMBERS:
        return _numbers(name, cells, lines)
    return np.array([cell.strip() for cell in cells], dtype=object)


def _numbers(name: str, cells: list[str], lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Plain numbers; NaN for an empty cell."""
    joined = "".join(cells)
    if joined.isascii() and "_" not in joined:  # Python would also read 1_000 and the digits of other scripts
        try:
            return np.array(list(map(float, cells)), dtype=np.float64)
        except ValueError:
            pass
    return np.array([_number(name, cell, line) for cell, line in zip(cells, lines, strict=True)], dtype=np.float64)


def _number(name: str, cell: str, line: int) -> float:
    if not cell.strip():
        return np.nan
    try:
        if cell.isascii() and "_" not in cell:
            return float(cell)
    except ValueError:
        pass
    raise PanelError(f"line {line}: {name} {cell!r} is no number")


def _wanted(panel: pd.DataFrame, with_quantities: bool | None) -> tuple[str, ...]:
    """The columns of numbers that are used."""
    for name in _REQUIRED:
        if name not in panel:
            raise PanelError(f"the column {name} is missing")
    if with_quantities and "quantity" not in panel:
        raise PanelError(f"{_place(panel, 0)}: quantity is missing (the panel has no such column); the method needs it")
    if with_quantities is False or "quantity" not in panel:
        return ("price",)
    return _NUMBERS


def _check_numbers(panel: pd.DataFrame, wanted: tuple[str, ...]) -> None:
    for name in wanted:
        numbers = panel[name].to_numpy(np.float64)
        allowed = (numbers > 0) if name == "price" else (numbers >= 0)
        wrong = np.flatnonzero(~(allowed & np.isfinite(numbers)))
        if len(wrong):
            number = numbers[wrong[0]]
            bound = "above zero" if name == "price" else "zero or above"
            said = "is missing" if np.isnan(number) else f"is {number:g} and must be {bound}"
            raise PanelError(f"{_place(panel, wrong[0])}: {name} {said}")


def _check_unique(panel: pd.DataFrame, order: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]) -> None:
    """No two rows of one period, product and group, `keys` in `order`: the line of the second is named."""
    repeated = np.flatnonzero(keys[1:] == keys[:-1])
    if len(repeated):
        at = order[repeated + 1].min()
        row = panel.iloc[at]
        where = f" of {row['group']}" if "group" in panel else ""
        raise PanelError(f"{_place(panel, at)}: {row['product']}{where} has a price in {row['period']} already")


def _codes(panel: pd.DataFrame, name: str, *, ordered: bool) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """The distinct values of a column, sorted (periods by time), and the number of each row's value."""
    codes, values = pd.factorize(panel[name])
    missing = np.flatnonzero(codes < 0)
    if len(missing) == 0 and "" in set(values):
        missing = np.flatnonzero(codes == list(values).index(""))
    if len(missing):
        raise PanelError(f"{_place(panel, missing[0])}: {name} is empty")
    found = list(values)
    text = all(isinstance(value, str) for value in found)
    distinct = in_order(found) if text and ordered else sorted(found)
    rank = {value: number for number, value in enumerate(distinct)}
    return distinct, np.array([rank[value] for value in found], dtype=np.int64)[codes]


def _place(panel: pd.DataFrame, row: int | np.int64) -> str:
    """The row as a person finds it: the line of its file, else its key."""
    return f"{panel.index.name or 'row'} {panel.index[int(row)]}"
