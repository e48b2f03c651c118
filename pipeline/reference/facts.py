"""seller_facts.csv, tax.csv, rents.csv and throughputs.csv as values: one fact a row, each with its source."""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.facts import Channel, FactName, Facts, Rent, SellerFact, TaxRate, Throughput
from pipeline.reference.routers import load_routers

_FOLDER = Path(__file__).parent

Row = dict[str, str]
Read = TypeVar("Read")


@lru_cache(maxsize=1)
def load_facts(folder: Path = _FOLDER) -> Facts:
    """The tables, read once and whole. Raises InvalidValueError naming the file and the line of a wrong row."""
    return Facts(
        sellers=tuple(_rows(folder / "seller_facts.csv", _seller_fact)),
        taxes=tuple(_rows(folder / "tax.csv", _tax)),
        rents=tuple(_rows(folder / "rents.csv", _rent)),
        throughputs=tuple(_rows(folder / "throughputs.csv", _throughput)),
        owners=dict(pair for pair in _rows(folder / "sellers.csv", _owner) if pair[1]),
        routers=load_routers(folder / "routers.csv"),
    )


def _rows(path: Path, read: Callable[[Row], Read]) -> list[Read]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        made = []
        for row in rows:
            try:
                made.append(read(row))
            except (ValueError, InvalidOperation, KeyError) as error:
                raise InvalidValueError(f"{path.name}, line {rows.line_num}: {error}") from error
    return made


def _seller_fact(row: Row) -> SellerFact:
    name, value = FactName(row["fact"]), _stated(row, "value")
    if name is FactName.CHANNEL:
        Channel(value)
    if name is FactName.VAT_INCLUDED and value not in ("yes", "no"):
        raise InvalidValueError(f"a tax basis is yes or no, not {value!r}")
    return SellerFact(
        seller=_stated(row, "seller"),
        market=_stated(row, "market"),
        name=name,
        value=value,
        source=_stated(row, "source"),
        public_since=_day(row, "public_since"),
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
    )


def _tax(row: Row) -> TaxRate:
    rate = Decimal(row["rate"])
    if not 0 <= rate < 1:
        raise InvalidValueError(f"a rate of {rate} is not a fraction of the price")
    return TaxRate(
        country=_stated(row, "country"),
        tax=_stated(row, "tax"),
        rate=rate,
        applies_to=_stated(row, "applies_to"),
        source=_stated(row, "source"),
        public_since=_day(row, "public_since"),
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
    )


def _rent(row: Row) -> Rent:
    return Rent(
        chip=_stated(row, "chip"),
        memory_gb=int(row["memory_gb"]),
        chips=int(row["chips"]),
        usd_hour=_above_zero(row, "usd_hour"),
        seller=_stated(row, "seller"),
        region=_stated(row, "region"),
        machine=_stated(row, "machine"),
        source=_stated(row, "source"),
        public_since=date.fromisoformat(row["public_since"]),
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
    )


def _throughput(row: Row) -> Throughput:
    return Throughput(
        model_version=_stated(row, "model_version"),
        chip=_stated(row, "chip"),
        memory_gb=int(row["memory_gb"]),
        chips=int(row["chips"]),
        input_tokens_s=Decimal(row["input_tokens_s"]),
        cached_tokens_s=Decimal(row["cached_tokens_s"]),
        output_tokens_s=_above_zero(row, "output_tokens_s"),
        workload=_stated(row, "workload"),
        source=_stated(row, "source"),
        public_since=date.fromisoformat(row["public_since"]),
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
    )


def _owner(row: Row) -> tuple[str, str]:
    return row["seller"], row["maker"]


def _stated(row: Row, column: str) -> str:
    if not row[column]:
        raise InvalidValueError(f"the column {column} is empty")
    return row[column]


def _day(row: Row, column: str) -> date | None:
    return date.fromisoformat(row[column]) if row[column] else None


def _above_zero(row: Row, column: str) -> Decimal:
    value = Decimal(row[column])
    if not value > 0:
        raise InvalidValueError(f"the column {column} is {value}, not above 0")
    return value
