"""`undercut index`: CSV in, CSV out, one sentence and exit code 2 where it cannot."""

import io
import subprocess
import sys

import pytest

from pipeline.jobs.index import index


@pytest.fixture
def ask(tmp_path):
    def answer(content, method="jevons", *, chain=False, window=None, splice=None):
        path = tmp_path / "panel.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out, err = io.StringIO(), io.StringIO()
        code = index(path, method, chain, window, splice, out, err)
        return code, out.getvalue(), err.getvalue()

    return answer


def test_levels_are_written_as_csv_from_100_on(ask):
    answer = ask("period,product,price\n2026-02,a,3\n2026-01,a,2\n", "dutot")
    assert answer == (0, "period,level\n2026-01,100.0\n2026-02,150.0\n", "")


def test_groups_are_indices_of_their_own(ask):
    _, out, _ = ask("period,product,price,group\n1,a,2,EU\n2,a,1,EU\n1,a,1,CN\n2,a,2,CN\n", "dutot")
    assert out == "group,period,level\nCN,1,100.0\nCN,2,200.0\nEU,1,100.0\nEU,2,50.0\n"


def test_a_level_is_the_shortest_text_of_its_number_without_exponent(ask):
    _, out, _ = ask("period,product,price\n1,a,1000000000\n2,a,0.1\n3,a,3\n", "dutot")
    assert out.splitlines()[2:] == ["2,0.00000001", "3,0.0000003"]


def test_a_wrong_row_writes_one_sentence_and_nothing_else(ask):
    assert ask("period,product,price\n1,a,1\n2,a,0\n") == (2, "", "line 3: price is 0 and must be above zero\n")


def test_wrong_usage_writes_one_sentence_and_nothing_else(ask):
    code, out, err = ask("period,product,price\n1,a,1\n", "tpd", window=13)
    assert (code, out, err) == (2, "", "a window and a splice go together: give both or neither\n")


def test_a_byte_order_mark_is_no_part_of_the_header(ask):
    assert ask(b"\xef\xbb\xbfperiod,product,price\n1,a,1\n")[:2] == (0, "period,level\n1,100.0\n")


def test_text_that_is_not_utf_8_is_refused_with_its_line(ask):
    code, _, err = ask(b"period,product,price\n1,a,1\n2,caf\xe9,1\n")
    assert (code, err) == (2, "line 3: not UTF-8; save the file as CSV UTF-8\n")


def test_a_file_that_is_not_there_is_wrong_input(tmp_path):
    out, err = io.StringIO(), io.StringIO()
    assert index(tmp_path / "none.csv", "jevons", False, None, None, out, err) == 2
    assert err.getvalue().endswith("cannot be read: No such file or directory\n")


def test_a_period_that_nothing_leads_to_has_no_level_and_is_named(ask):
    code, out, err = ask("period,product,price\n1,a,1\n2,b,1\n")
    assert (code, out) == (0, "period,level\n1,100.0\n2,\n")
    assert err == "no level for 1 of 2 periods: no matched product leads to 2\n"


def test_the_command_rolls_a_window(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("period,product,price\n" + "".join(f"{t},a,{2**t}\n" for t in range(1, 6)))
    command = [sys.executable, "-m", "pipeline.cli", "index", "--panel", str(path), "--method", "geks-jevons"]
    command += ["--window", "3", "--splice", "half"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    levels = [float(line.split(",")[1]) for line in done.stdout.splitlines()[1:]]
    assert levels == pytest.approx([100.0, 200.0, 400.0, 800.0, 1600.0])
