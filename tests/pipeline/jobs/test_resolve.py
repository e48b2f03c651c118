import io

import pytest

from pipeline.jobs.resolve import resolve


def answered(text):
    rows, answers, errors = io.StringIO(text), io.StringIO(), io.StringIO()
    code = resolve(rows, answers, errors)
    return code, answers.getvalue().splitlines(), errors.getvalue()


def test_one_row_per_row_in_order():
    code, lines, _ = answered("source,label\nopenai,gpt-4o-2024-08-06\nnobody,xyz\n")
    assert code == 0
    assert lines == [
        "source,label,as_of,model_version,rule,refused",
        "openai,gpt-4o-2024-08-06,,openai/gpt-4o-2024-08-06,first_party,",
        "nobody,xyz,,,,unknown",
    ]


def test_a_floating_name_of_a_known_interval_is_the_version_of_that_day():
    _, lines, _ = answered("source,label,as_of\nopenai,gpt-4o,2024-06-01\nopenai,gpt-4o,2024-12-01T00:00:00Z\n")
    assert [line.split(",")[3:5] for line in lines[1:]] == [
        ["openai/gpt-4o-2024-05-13", "alias_interval"],
        ["openai/gpt-4o-2024-08-06", "alias_interval"],
    ]


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("gpt-4o-2024-08-06", "2024-08-05"),
        ("claude-3-5-haiku-20241022", "2024-10-01"),
        ("anthropic/claude-sonnet-4.5", "2025-09-28"),  # a name that floats, first given on 29 September 2025
    ],
)
def test_a_price_before_the_release_is_refused(label, day):
    _, lines, _ = answered(f"source,label,as_of\nlitellm,{label},{day}\n")
    assert lines[1] == f"litellm,{label},{day},,,before_release"


def test_a_label_with_a_comma_is_kept():
    _, lines, _ = answered('source,label\nsomebody,"model, the new one"\n')
    assert lines[1] == 'somebody,"model, the new one",,,,unknown'


def test_a_label_cut_by_a_bare_comma_is_refused_with_its_line():
    code, lines, errors = answered("source,label\nopenai,gpt-4o\nopenai,gpt-4o, mini\n")
    assert (code, lines) == (2, [])
    assert errors == "line 3: more cells than the header has columns\n"


def test_a_missing_column_is_wrong_input():
    code, lines, errors = answered("source,name\nopenai,gpt-4o\n")
    assert (code, lines) == (2, [])
    assert "line 1" in errors


@pytest.mark.parametrize("instant", ["yesterday", "2024-06-01T00:00:00", "2024-13-01"])
def test_an_unreadable_instant_names_its_line(instant):
    code, lines, errors = answered(f"source,label,as_of\nopenai,gpt-4o,\nopenai,gpt-4o,{instant}\n")
    assert (code, lines) == (2, [])
    assert "line 3" in errors


def test_no_rows_no_answers():
    assert answered("source,label\n")[:2] == (0, ["source,label,as_of,model_version,rule,refused"])


def test_a_source_of_one_market_is_its_seller():
    _, lines, _ = answered("source,label\nalibaba_cn,qwen-plus-2025-07-14\n")
    assert lines[1] == "alibaba_cn,qwen-plus-2025-07-14,,alibaba/qwen-plus-2025-07-14,first_party,"


def test_blank_lines_are_no_rows_and_a_row_without_a_label_is_unknown():
    code, lines, _ = answered("source,label\n\nopenai,\n\nopenai\n,gpt-4o\n")
    assert (code, lines[1:]) == (0, ["openai,,,,,unknown", "openai,,,,,unknown", ",gpt-4o,,openai/gpt-4o,known_slug,"])


def test_a_mark_of_byte_order_and_another_order_of_columns_are_read():
    _, lines, _ = answered("\ufefflabel,source,note\ngpt-4o,openai,x\n")
    assert lines[1] == "openai,gpt-4o,,openai/gpt-4o,first_party,"


@pytest.mark.parametrize(
    "text",
    ["source,label\nopenai,\udcff\n", 'source,label\nopenai,"gpt\n', f"source,label\nopenai,{'x' * 20_000}\n", ""],
)
def test_what_is_no_table_is_wrong_input(text):
    code, lines, errors = answered(text)
    assert (code, lines) == (2, [])
    assert errors


def test_a_quote_that_never_ends_is_named_by_its_line():
    assert answered('source,label\nopenai,gpt-4o\nopenai,"gpt\n')[2].startswith("line 3: ")


def test_a_label_over_two_lines_is_kept_and_later_lines_are_numbered_rightly():
    _, lines, _ = answered('source,label\nsomebody,"a ""b""\nc"\n')
    assert lines[1:] == ['somebody,"a ""b""', 'c",,,,unknown']
    assert "line 4" in answered('source,label,as_of\nsomebody,"a\nb",\nsomebody,c,soon\n')[2]


def test_a_catalogues_bare_name_is_its_makers_and_one_behind_a_route_is_a_hosts():
    _, lines, _ = answered("source,label\nlitellm,gpt-99-mini\nlitellm,inferenceapis/llama-99-8b-instant\n")
    assert lines[1:] == [
        "litellm,gpt-99-mini,,openai/gpt-99-mini,catalogue_name,",
        "litellm,inferenceapis/llama-99-8b-instant,,,,unknown",
    ]
