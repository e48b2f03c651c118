"""Our own measurement against a real streaming server: what is read, what it costs, what goes wrong."""

import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crawlers.document import Document
from crawlers.endpoint import Budget, Endpoint, Workload
from crawlers.probe import probe
from crawlers.replay import replay
from crawlers.spiders.speeds.probe import Probe
from pipeline.domain.errors import InvalidValueError
from pipeline.store import tables
from pipeline.store.segments import read_segment
from pipeline.store.verify import verify
from tests.crawlers.core.chat_server import Chat, chatting, piece, usage, whole
from tests.crawlers.core.test_runs import ledger_of

KEY = "sk-Qz7-nobody-may-keep-this"


def measured(data_dir, chat, *, requests=3, most="1", key=KEY, seconds=60.0, price="10"):
    """(report, readings, ledger-free frames) of a probe of that server."""
    budget = Budget(input_price=Decimal(price), output_price=Decimal(price), most=Decimal(most))
    workload = Workload(prompt_tokens=100, output_tokens=40, requests=requests)
    with chatting(chat) as address, ledger_of(data_dir) as ledger:
        endpoint = Endpoint(base_url=address, model="acme/m-1", seller="acme", key=key)
        report = probe(ledger, data_dir, Probe(), endpoint, workload, budget, timeout_seconds=seconds)
        return report, tables.readings(ledger), budget


def value(readings, metric, statistic="p50"):
    found = readings[(readings["metric"] == metric) & (readings["statistic"] == statistic)]
    return float(found["value"].iloc[0])


def documents(data_dir):
    """Every file of the data directory, unpacked."""
    for path in data_dir.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            yield gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


def test_a_whole_stream_gives_latency_and_throughput(tmp_path):
    report, readings, _ = measured(tmp_path, Chat(answers=[whole(wait=0.1, pause=0.005)]))
    assert (report.verdict, report.exit_code) == ("changed", 0)
    assert value(readings, "time_to_first_token_ms") >= 100
    (segment,) = (tmp_path / "segments").glob("*.warc.gz")
    (kept,) = (json.loads(record.payload) for record in read_segment(segment) if record.kind == "response")
    took = [said[-1] - said[0] for said in map(instants_of_words, kept["requests"])]  # 40 words: 39 after the first
    assert value(readings, "output_tokens_per_second") == pytest.approx(39_000 / sorted(took)[1], rel=1e-3)
    assert value(readings, "time_to_first_token_ms") == pytest.approx(
        sorted(instants_of_words(asked)[0] for asked in kept["requests"])[1]
    )


def instants_of_words(asked):
    """Milliseconds after the request at which each word came, by the evidence."""
    return [float(at) for at, line in asked["lines"] if '"word "' in line]


def test_a_reading_states_its_workload_its_samples_and_its_seller(tmp_path):
    _, readings, _ = measured(tmp_path, Chat(answers=[whole()]))
    row = readings.iloc[0]
    assert (row["seller"], row["label"], row["samples"]) == ("acme", "acme/m-1", 3)
    assert row["workload"] == "probe: 100 prompt tokens, at most 40 output tokens, one request at a time"


def test_the_lines_and_their_instants_are_evidence_and_read_again_alike(tmp_path):
    measured(tmp_path, Chat(answers=[whole()]), requests=1)
    with ledger_of(tmp_path) as ledger:
        assert verify(ledger, tmp_path) == []
        again = replay(ledger, tmp_path, [Probe()], sample=None)
    assert (again.compared, again.findings) == (1, [])


def test_the_request_asks_for_a_stream_its_count_and_no_more_tokens_than_stated(tmp_path):
    chat = Chat(answers=[whole()])
    measured(tmp_path, chat, requests=1)
    asked = chat.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert (asked["stream"], asked["stream_options"], asked["max_tokens"]) == (True, {"include_usage": True}, 40)


def test_no_two_prompts_begin_alike(tmp_path):
    chat = Chat(answers=[whole()])
    measured(tmp_path, chat, requests=2)
    first, second = (asked["messages"][0]["content"].split()[0] for asked in chat.asked)
    assert first != second


def test_the_key_is_sent_and_kept_nowhere(tmp_path):
    def repeating(write):
        write(f": {KEY}\n\n")
        whole()(write)

    chat = Chat(answers=[repeating])
    measured(tmp_path, chat, requests=1)
    assert chat.heard[0]["authorization"] == f"Bearer {KEY}"
    assert [content for content in documents(tmp_path) if KEY.encode() in content] == []


def test_a_refused_key_ends_the_probe_and_its_answer_is_not_kept(tmp_path):
    chat = Chat(answers=[401])
    report, readings, _ = measured(tmp_path, chat)
    assert (report.verdict, len(chat.asked), readings.empty) == ("failed_fetch", 1, True)
    assert report.issues == ["fetch_failed: probe: the endpoint answered 401"]
    assert [content for content in documents(tmp_path) if KEY.encode() in content] == []


def test_a_limit_is_obeyed_until_the_instant_that_the_server_names(tmp_path):
    chat = Chat(answers=[429], headers={"Retry-After": "120"})
    before = datetime.now(UTC)
    report, _, _ = measured(tmp_path, chat)
    assert len(chat.asked) == 1
    assert before <= report.retry_at - timedelta(seconds=120) <= datetime.now(UTC)


def test_what_came_before_a_limit_is_kept(tmp_path):
    report, readings, _ = measured(tmp_path, Chat(answers=[whole(), whole(), 429]))
    assert (report.verdict, report.exit_code, readings["samples"].iloc[0]) == ("changed", 3, 2)


def test_a_server_that_never_answers_is_asked_twice(tmp_path):
    chat = Chat(answers=[None])
    report, _, _ = measured(tmp_path, chat, seconds=0.3)
    assert (report.verdict, len(chat.asked)) == ("failed_fetch", 2)
    assert "within 0.3 seconds" in report.issues[0]


def test_a_stream_that_stops_in_its_middle_is_no_sample(tmp_path):
    def cut(write):
        for _ in range(20):
            write(piece("word "))

    report, readings, _ = measured(tmp_path, Chat(answers=[whole(), cut, whole()]))
    assert (report.exit_code, readings["samples"].iloc[0]) == (3, 2)
    assert "the stream ended before its end" in report.issues[0]


def test_a_stream_that_hangs_is_given_up(tmp_path):
    def hanging(write):
        write(piece("word "))
        time.sleep(1)
        write(piece("word "))

    report, _, _ = measured(tmp_path, Chat(answers=[hanging]), seconds=0.3)
    assert report.verdict == "failed_fetch"


def test_a_stream_of_no_json_is_broken(tmp_path):
    report, _, _ = measured(tmp_path, Chat(answers=[lambda write: write("data: {oops\n\n")]))
    assert "cannot be read" in report.issues[0]


def test_an_error_within_a_stream_is_broken(tmp_path):
    said = 'data: {"error": {"message": "overloaded"}}\n\n'
    report, _, _ = measured(tmp_path, Chat(answers=[lambda write: write(said)]))
    assert "with an error" in report.issues[0]


def test_nobody_there_is_a_failed_fetch(tmp_path):
    with ledger_of(tmp_path) as ledger:
        endpoint = Endpoint(base_url="http://127.0.0.1:9", model="m", seller="acme")
        budget = Budget(input_price=Decimal(1), output_price=Decimal(1), most=Decimal(1))
        workload = Workload(prompt_tokens=10, output_tokens=10, requests=3)
        report = probe(ledger, tmp_path, Probe(), endpoint, workload, budget, timeout_seconds=1)
    assert (report.verdict, "the connection broke" in report.issues[0]) == ("failed_fetch", True)


def test_a_workload_over_the_bound_is_refused_before_anything_is_asked(tmp_path):
    chat = Chat(answers=[whole()])
    with pytest.raises(InvalidValueError, match="nothing was asked"):
        measured(tmp_path, chat, most="0.004199")  # 3 x (100 + 40) tokens at 10 USD a million are 0.0042 USD
    assert chat.asked == []


def test_a_probe_stops_when_its_bound_is_met(tmp_path):
    chat = Chat(answers=[whole(prompt=200)])  # counts twice the prompt that was reckoned with
    report, _, budget = measured(tmp_path, chat, most="0.0042")
    assert (len(chat.asked), report.verdict) == (2, "changed")
    assert budget.spent == Decimal("0.0048")  # 2 x (200 + 40) tokens at 10 USD a million


def test_a_server_that_keeps_to_no_limit_is_cut_off(tmp_path):
    chat = Chat(answers=[whole(tokens=5000, pause=0)])
    report, _, budget = measured(tmp_path, chat, requests=1, most="0.002")
    assert report.verdict == "failed_fetch"
    assert "would cost more than the bound" in report.issues[0]
    assert budget.spent < Decimal("0.01")


def test_an_answer_that_nobody_counted_has_a_latency_and_no_throughput(tmp_path):
    def uncounted(write):
        for _ in range(20):
            write(piece("word "))
        write(piece("", finish="stop"))
        write("data: [DONE]\n\n")

    _, readings, _ = measured(tmp_path, Chat(answers=[uncounted]))
    assert set(readings["metric"]) == {"time_to_first_token_ms"}


def test_thinking_is_output_too():
    lines = [["5", piece().strip()], ["10", 'data: {"choices": [{"delta": {"reasoning_content": "hm"}}]}']]
    lines += [["1010", piece("x", finish="stop").strip()], ["1011", usage(5, 101).strip()], ["1012", "data: [DONE]"]]
    document = {
        "seller": "acme",
        "model": "m",
        "workload": {"prompt_tokens": 5, "output_tokens": 200, "requests": 1},
        "started_at": "2026-11-01T00:00:00Z",
        "requests": [{"error": None, "lines": lines}],
    }
    reading = Probe().read(Document(body=json.dumps(document).encode(), url="probe:x"))
    # the first thought came after 10 ms; 100 further tokens took one second
    assert {(item.metric.value, str(item.value)) for item in reading.readings} == {
        ("time_to_first_token_ms", "10.000"),
        ("output_tokens_per_second", "100.000"),
    }


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ftp://a.example/v1", None),
        ("https://user:pw@a.example/v1", None),
        ("https://a.example/v1?key=1", None),
        ("http://a.example/v1", KEY),
        (f"https://a.example/{KEY}", KEY),
    ],
)
def test_an_address_that_would_show_a_key_is_refused(address, key):
    with pytest.raises(InvalidValueError):
        Endpoint(base_url=address, model="m", seller="acme", key=key)


def test_a_key_is_not_shown_with_its_endpoint():
    assert KEY not in repr(Endpoint(base_url="https://a.example/v1", model="m", seller="acme", key=KEY))
