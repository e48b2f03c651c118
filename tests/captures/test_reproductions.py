"""Documents that others typed or cut down from a page: every price that they hold, as read by eye.

They prove that a layout is read, not that the seller's page still has it: their sources are not confirmed.
"""

from tests.captures.conftest import Capture
from tests.captures.prices import prices

_LAYOUTS = "synthetic-layout/model-prices-0.0.5"


def test_minimax_abroad_keeps_list_and_net(capture: Capture):
    reading = capture("minimax", f"{_LAYOUTS}/minimax.md")
    short = {"tier": "standard", "context_max": 512000}
    long = {"tier": "standard", "context_min": 512000}
    assert prices(reading, "MiniMax-M3", basis="list", **short) == {
        "input": "0.6",
        "output": "2.4",
        "cached_input": "0.12",
    }
    assert prices(reading, "MiniMax-M3", basis="net", **short) == {
        "input": "0.3",
        "output": "1.2",
        "cached_input": "0.06",
    }
    assert prices(reading, "MiniMax-M3", basis="list", **long) == {
        "input": "1.2",
        "output": "4.8",
        "cached_input": "0.24",
    }
    assert prices(reading, "MiniMax-M3", basis="net", **long) == {
        "input": "0.6",
        "output": "2.4",
        "cached_input": "0.12",
    }
    priority = prices(reading, "MiniMax-M3", basis="net", tier="priority")
    assert priority == {"input": "0.45", "output": "1.8", "cached_input": "0.09"}
    assert prices(reading, "MiniMax-M3", basis="list", tier="priority")["input"] == "0.9"
    assert prices(reading, "MiniMax-M2.7") == {
        "input": "0.3",
        "output": "1.2",
        "cached_input": "0.06",
        "cache_write": "0.375",
    }
    assert len(reading.quotes) == 22


def test_meta_names_its_columns_differently_on_each_page(capture: Capture):
    spark = capture("meta", f"{_LAYOUTS}/meta-muse-spark.html")
    assert prices(spark, "muse-spark-1.3") == {"input": "1.25", "cached_input": "0.15", "output": "4.25"}
    contributor = prices(spark, "muse-spark-1.3-contributor")
    assert contributor == {"input": "0.1", "cached_input": "0.002", "output": "0.2"}
    wonder = capture("meta", f"{_LAYOUTS}/meta-muse-wonder.html")
    assert prices(wonder, "muse-wonder-1.0") == {"input": "4", "cached_input": "0.2", "output": "20"}
    assert prices(wonder, "muse-wonder-full-1.0") == {}


def test_ai21(capture: Capture):
    reading = capture("ai21", f"{_LAYOUTS}/ai21.html")
    assert prices(reading, "Jamba Mini") == {"input": "0.2", "output": "0.4"}
    assert prices(reading, "Jamba Large") == {"input": "2", "output": "8"}


def test_inception(capture: Capture):
    reading = capture("inception", f"{_LAYOUTS}/inception.md")
    net = prices(reading, "Mercury 2.5", basis="net")
    assert net == {"input": "0.04", "cached_input": "0.004", "output": "0.15"}
    listed = prices(reading, "Mercury 2.5", basis="list")
    assert listed == {"input": "0.2", "cached_input": "0.02", "output": "0.75"}
    assert prices(reading, "Mercury 2") == {"input": "0.25", "cached_input": "0.025", "output": "0.75"}


def test_sakana(capture: Capture):
    reading = capture("sakana", f"{_LAYOUTS}/sakana.html")
    short = prices(reading, "Fugu Ultra", context_max=272000)
    assert short == {"input": "5", "output": "30", "cached_input": "0.5"}
    long = prices(reading, "Fugu Ultra", context_min=272000)
    assert long == {"input": "10", "output": "45", "cached_input": "1"}


def test_thinking_machines(capture: Capture):
    reading = capture("thinkingmachines", f"{_LAYOUTS}/thinkingmachines.md")
    assert prices(reading, "thinkingmachines/Inkling", basis="net") == {"input": "1.87", "output": "4.68"}
    listed = prices(reading, "thinkingmachines/Inkling", basis="list")
    assert listed == {"input": "3.74", "output": "9.36", "cached_input": "0.374"}
    own = prices(reading, "moonshotai/Kimi-K2.6")
    assert own == {"input": "2.205", "output": "5.49", "cached_input": "0.441"}


def test_xiaomi_sells_one_model_in_two_markets(capture: Capture):
    reading = capture("xiaomi", f"{_LAYOUTS}/xiaomi.md")
    home = prices(reading, "mimo-v2.6-flash", market="CN", currency="CNY")
    assert home == {"cached_input": "0.02", "input": "1", "output": "2"}
    abroad = {"market": "international", "currency": "USD", "tier": "standard"}
    export = {"cached_input": "0.0028", "input": "0.14", "output": "0.28"}
    assert prices(reading, "mimo-v2.6-flash", **abroad) == export
    assert prices(reading, "mimo-v2.5", **abroad) == export
    assert prices(reading, "mimo-v2.6-pro", **abroad) == {"cached_input": "0.0036", "input": "0.435", "output": "0.87"}
    batch = prices(reading, "mimo-v2.6-flash", tier="batch")
    assert batch == {"cached_input": "0.0014", "input": "0.07", "output": "0.14"}


def test_longcat_reads_its_currency_from_the_cell(capture: Capture):
    reading = capture("longcat", f"{_LAYOUTS}/longcat-2.0.html")
    abroad = prices(reading, "LongCat-2.0", market="international", currency="USD")
    assert abroad == {"input": "0.3", "cached_input": "0.006", "output": "1.2"}
    home = prices(reading, "LongCat-2.0", market="CN", currency="CNY")
    assert home == {"input": "2", "cached_input": "0.04", "output": "8"}
    assert {quote.price_basis for quote in reading.quotes} == {"net"}


def test_cursor(capture: Capture):
    reading = capture("cursor", f"{_LAYOUTS}/cursor.html")
    standard = prices(reading, "Composer 2.5", tier="standard")
    assert standard == {"input": "0.5", "cached_input": "0.2", "output": "2.5"}
    assert prices(reading, "Composer 2.5", tier="fast") == {"input": "3", "cached_input": "0.5", "output": "15"}


def test_devin_reads_the_metered_plan_alone(capture: Capture):
    reading = capture("devin", f"{_LAYOUTS}/devin.html")
    assert prices(reading, "swe-2-medium") == {"input": "0.75", "cached_input": "0.075", "output": "3.75"}
    assert prices(reading, "swe-1-7") == {"input": "0.5", "cached_input": "0.2", "output": "2.5"}
    assert prices(reading, "MODEL_SWE_1_5") == {"input": "0.3", "output": "1.5"}
    assert prices(reading, "inkling-high") == {"input": "1.4", "cached_input": "0.26", "output": "4.4"}
    assert all(quote.amount for quote in reading.quotes)


def test_alibaba_abroad_leaves_the_mainland_out(capture: Capture):
    reading = capture("alibaba", f"{_LAYOUTS}/alibaba.md")
    short = {"context_max": 256000}
    assert prices(reading, "qwen3.7-plus", basis="list", thinking=None, **short) == {"input": "0.4"}
    assert prices(reading, "qwen3.7-plus", basis="net", thinking=None, **short) == {"input": "0.32"}
    assert prices(reading, "qwen3.7-plus", basis="net", thinking=True, **short) == {"output": "1.28"}
    long = {"context_min": 256000, "basis": "list"}
    assert prices(reading, "qwen3.7-plus", thinking=None, **long) == {"input": "1.2"}
    assert prices(reading, "qwen3.7-plus", thinking=False, **long) == {"output": "4.8"}
    assert prices(reading, "qwen-turbo", thinking=False) == {"output": "0.2"}
    assert prices(reading, "qwen-turbo", thinking=True) == {"output": "0.5"}
    assert prices(reading, "qwen3.5-omni-plus") == {"input": "1.4", "audio_input": "11", "output": "8.3"}
    coder = "qwen3-coder-480b-a35b-instruct"
    assert prices(reading, coder, context_max=32000) == {"input": "1.5", "output": "7.5"}
    assert prices(reading, coder, context_min=32000) == {"input": "2.7", "output": "13.5"}
    assert prices(reading, coder, context_min=128000) == {"input": "4.5", "output": "22.5"}
    assert prices(reading, "deepseek-v4-flash-0731", window="peak") == {"input": "0.44", "output": "1.32"}
    assert prices(reading, "deepseek-v4-flash-0731", window="off_peak") == {"input": "0.22", "output": "0.66"}
    assert prices(reading, "deepseek-v4-pro") == {"input": "2.4", "output": "4.8"}
    assert {(quote.market, quote.region) for quote in reading.quotes} == {("international", "singapore")}


def test_byteplus_reads_the_tables_of_its_script(capture: Capture):
    reading = capture("byteplus", f"{_LAYOUTS}/byteplus.html")
    turbo = prices(reading, "dola-seed-2-1-turbo")
    assert turbo == {
        "input": "0.5",
        "cached_input": "0.1",
        "cache_storage": "0.0083/1000000 token_hour",
        "output": "2.5",
    }
    long = prices(reading, "seed-2-0-lite-260428", context_min=128000)
    assert long == {"input": "0.5", "cached_input": "0.1", "output": "4"}
    flex = prices(reading, "seed-2-0-lite-260428", tier="flex")
    assert flex == {"input": "0.125", "cached_input": "0.05", "output": "1"}
    peak = prices(reading, "deepseek-v4-1-flash-261017", window="peak")
    assert (peak["input"], peak["cached_input"], peak["output"]) == ("0.3", "0.006", "1.2")
    heard = {quote.meter: quote.amount for quote in reading.quotes if "audio" in quote.meter}
    assert {meter: str(amount) for meter, amount in heard.items()} == {
        "audio_input": "3.75",
        "cached_audio_input": "0.75",
    }
    assert len(reading.quotes) == 28
