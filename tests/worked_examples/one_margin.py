"""A margin in one line, for the worked cases."""

from pipeline.dumping.margin import Method, Period, dumping_margin
from tests.worked_examples.cases import sold

AA, TT, AT = Method.AVERAGE_TO_AVERAGE, Method.TRANSACTION_TO_TRANSACTION, Method.AVERAGE_TO_TRANSACTION


def margin(sales, method=AA, period=Period.WHOLE, *, zeroing=False):
    return dumping_margin(sales, method=method, period=period, zeroing=zeroing)


def single(normal_value, export_price):
    return margin([sold("nv", normal_value), sold("ep", export_price)], TT).percent_signed
