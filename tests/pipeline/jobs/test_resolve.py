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
    ("label", "day"), [("gpt-4o-2024-08-06", "2024-08-05"), ("claude-3-5-haiku-20241022", "2024-10-01")]
)
def test_a_price_before_the_release_is_refused(label, day):
    _, lines, _ = answered(f"source,label,as_of\nlitellm,{label},{day}\n")
    assert lines[1] == f"litellm,{label},{day},,,before_release"


def test_a_label_with_a_comma_is_kept():
    _, lines, _ = answered('source,label\nsomebody,"model, the new one"\n')
    assert lines[1] == 'somebody,"model, the new one",,,,unknown'


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
