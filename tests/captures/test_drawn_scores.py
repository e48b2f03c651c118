"""Scores of large documents, forty of each drawn at random and compared with the document by eye.

The draw is `random.Random(11).sample(range(how many), 40)`: of each line its number, then what was read by eye.
"""

import random

import pytest

from pipeline.domain.quote import Score
from tests.captures.conftest import Capture

_SEED, _DRAWN = 11, 40
_READ = {
    "aider": (
        "quality/aider/2026-05-22_polyglot_leaderboard.yml.gz",
        69,
        """
0 | Gemini 2.0 Pro exp-02-05 | aider polyglot | 35.6
1 | gpt-4o-mini-2024-07-18 | aider polyglot | 3.6
2 | claude-3-5-sonnet-20241022 | aider polyglot | 51.6
3 | gpt-4o-2024-11-20 | aider polyglot | 18.2
4 | gpt-4o-2024-08-06 | aider polyglot | 23.1
5 | o1-2024-12-17 (high) | aider polyglot | 61.7
6 | DeepSeek Chat V2.5 | aider polyglot | 17.8
9 | o1-mini-2024-09-12 | aider polyglot | 32.9
10 | gemini-exp-1206 | aider polyglot | 38.2
11 | gemini-2.0-flash-exp | aider polyglot | 22.2
12 | yi-lightning | aider polyglot | 12.9
14 | Qwen2.5-Coder-32B-Instruct | aider polyglot | 16.4
15 | Codestral 25.01 | aider polyglot | 11.1
19 | o3-mini (medium) | aider polyglot | 53.8
23 | claude-3-7-sonnet-20250219 (no thinking) | aider polyglot | 60.4
24 | claude-3-7-sonnet-20250219 (32k thinking tokens) | aider polyglot | 64.9
25 | gpt-4.5-preview | aider polyglot | 44.9
28 | command-a-03-2025-quality | aider polyglot | 12.0
30 | DeepSeek V3 (0324) | aider polyglot | 55.1
32 | chatgpt-4o-latest (2025-03-29) | aider polyglot | 45.3
33 | Quasar Alpha | aider polyglot | 54.7
34 | Llama 4 Maverick | aider polyglot | 15.6
38 | Optimus Alpha | aider polyglot | 52.9
39 | gpt-4.1 | aider polyglot | 52.4
40 | gpt-4.1-mini | aider polyglot | 32.4
41 | gpt-4.1-nano | aider polyglot | 8.9
42 | o4-mini (high) | aider polyglot | 72.0
43 | openhands-lm-32b-v0.1 | aider polyglot | 10.2
44 | gemini-2.5-flash-preview-04-17 (default) | aider polyglot | 47.1
47 | Qwen3 235B A22B diff, no think, Alibaba API | aider polyglot | 59.6
50 | claude-opus-4-20250514 (no think) | aider polyglot | 70.7
51 | claude-opus-4-20250514 (32k thinking) | aider polyglot | 72.0
54 | gemini-2.5-pro-preview-06-05 (default think) | aider polyglot | 79.1
57 | o3 (high) | aider polyglot | 81.3
58 | o3 | aider polyglot | 76.9
59 | o3 (high) + gpt-4.1 | aider polyglot | 78.2
64 | gpt-5 (high) | aider polyglot | 88.0
65 | gpt-5 (medium) | aider polyglot | 86.7
67 | DeepSeek-V3.2-Exp (Reasoner) | aider polyglot | 74.2
68 | DeepSeek-V3.2-Exp (Chat) | aider polyglot | 70.2
""",
    ),
    "arena": (
        "quality/rakium/2026-02-10_arena_text.html.gz",
        302,
        """
2 | grok-4.1-thinking | arena text/overall | 1475
7 | gemini-3-flash (thinking-minimal) | arena text/overall | 1463
15 | claude-opus-4-1-20250805-thinking-16k | arena text/overall | 1449
18 | chatgpt-4o-latest-20250326 | arena text/overall | 1442
21 | gpt-5.1 | arena text/overall | 1437
30 | glm-4.6 | arena text/overall | 1425
32 | claude-opus-4-20250514-thinking-16k | arena text/overall | 1424
43 | deepseek-v3.1-thinking | arena text/overall | 1417
46 | deepseek-v3.1-terminus-thinking | arena text/overall | 1416
48 | mistral-large-3 | arena text/overall | 1414
72 | o4-mini-2025-04-16 | arena text/overall | 1391
80 | mistral-medium-2505 | arena text/overall | 1385
94 | amazon-nova-experimental-chat-11-10 | arena text/overall | 1367
95 | gemma-3-27b-it | arena text/overall | 1365
97 | grok-3-mini-high | arena text/overall | 1363
100 | deepseek-v3 | arena text/overall | 1359
119 | gpt-4o-2024-05-13 | arena text/overall | 1346
123 | nvidia-llama-3.3-nemotron-super-49b-v1.5 | arena text/overall | 1341
142 | claude-3-5-haiku-20241022 | arena text/overall | 1324
150 | llama-3.3-70b-instruct | arena text/overall | 1320
155 | gpt-oss-20b | arena text/overall | 1318
167 | athene-70b-0725 | arena text/overall | 1306
202 | claude-3-haiku-20240307 | arena text/overall | 1262
208 | mistral-large-2402 | arena text/overall | 1243
225 | llama-3.1-tulu-3-8b | arena text/overall | 1221
228 | llama-3.1-8b-instruct | arena text/overall | 1212
231 | gpt-3.5-turbo-1106 | arena text/overall | 1203
234 | mixtral-8x7b-instruct-v0.1 | arena text/overall | 1198
237 | qwen1.5-14b-chat | arena text/overall | 1191
238 | wizardlm-70b | arena text/overall | 1185
243 | granite-3.0-8b-instruct | arena text/overall | 1183
255 | nous-hermes-2-mixtral-8x7b-dpo | arena text/overall | 1165
260 | dolphin-2.2.1-mistral-7b | arena text/overall | 1153
262 | mistral-7b-instruct-v0.2 | arena text/overall | 1150
265 | qwen1.5-7b-chat | arena text/overall | 1144
270 | palm-2 | arena text/overall | 1138
275 | phi-3-mini-4k-instruct | arena text/overall | 1129
282 | gemma-1.1-2b-it | arena text/overall | 1115
286 | gemma-2b-it | arena text/overall | 1092
300 | llama-13b | arena text/overall | 973
""",
    ),
    "artificial_analysis": (
        "artificial-analysis/2026-06-15.json.gz",
        5818,
        """
122 | gpt-5-5-instant-05-26 | artificial analysis coding_index | 45.1
246 | llama-4-maverick | artificial analysis math_500 | 0.888666666666667
292 | gemma-4-31b-non-reasoning | artificial analysis lcr | 0.36
343 | gemma-4-e4b-non-reasoning | artificial analysis hle | 0.047
487 | claude-opus-4-8 | artificial analysis terminalbench_hard | 0.583333333333333
517 | claude-sonnet-4-6 | artificial analysis lcr | 0.576666666666667
742 | grok-4-3-non-reasoning | artificial analysis scicode | 0.374
771 | nova-micro | artificial analysis livecodebench | 0.14
1161 | nemotron-cascade-2-30b-a3b | artificial analysis lcr | 0.34
1290 | kimi-k2-6-non-reasoning | artificial analysis lcr | 0.576666666666667
1512 | granite-4-0-350m | artificial analysis aime_25 | 0
1525 | mercury-2 | artificial analysis tau2 | 0.707602339181287
1555 | hermes-4-llama-3-1-405b-reasoning | artificial analysis hle | 0.103
1558 | hermes-4-llama-3-1-405b-reasoning | artificial analysis aime_25 | 0.696666666666667
1981 | hyperclova-x-seed-think-32b | artificial analysis ifbench | 0.37891156462585
2485 | qwen3-5-omni-flash | artificial analysis tau2 | 0.845029239766082
3245 | gemini-1-0-pro | artificial analysis hle | 0.046
3658 | claude-4-sonnet-thinking | artificial analysis tau2 | 0.646198830409357
3701 | claude-opus-4-6-adaptive | artificial analysis coding_index | 48.1
3705 | claude-opus-4-6-adaptive | artificial analysis ifbench | 0.531292517006803
3710 | claude-4-opus | artificial analysis math_index | 36.3
3800 | claude-2 | artificial analysis livecodebench | 0.171
3814 | mistral-large-2 | artificial analysis ifbench | 0.312244897959184
3897 | mistral-7b-instruct | artificial analysis intelligence_index | 7.4
4160 | deepseek-r1-0120 | artificial analysis aime_25 | 0.68
4193 | deepseek-r1 | artificial analysis intelligence_index | 27.1
4328 | sonar-reasoning | artificial analysis aime | 0.77
4412 | grok-4-fast-reasoning | artificial analysis intelligence_index | 35.1
4585 | solar-pro-2-preview-reasoning | artificial analysis mmlu_pro | 0.768
4811 | olmo-2-32b | artificial analysis scicode | 0.08
4877 | sarvam-m-reasoning | artificial analysis intelligence_index | 8.4
4912 | glm-4-5-air | artificial analysis scicode | 0.306
5029 | glm-4-6v-reasoning | artificial analysis aime_25 | 0.853333333333333
5042 | glm-4-5v-reasoning | artificial analysis aime_25 | 0.73
5104 | jamba-1-5-large | artificial analysis aime | 0.0466666666666667
5159 | qwen-turbo | artificial analysis math_500 | 0.805333333333333
5197 | qwen3-32b-instruct | artificial analysis intelligence_index | 14.5
5325 | qwen3-vl-4b-instruct | artificial analysis hle | 0.037
5356 | qwen3-vl-4b-reasoning | artificial analysis aime_25 | 0.256666666666667
5680 | qwen3-vl-32b-reasoning | artificial analysis intelligence_index | 24.7
""",
    ),
}


def _line(at: int, score: Score) -> str:
    return " | ".join(map(str, (at, score.label, score.benchmark, score.value)))


@pytest.mark.parametrize("name", _READ)
def test_scores_drawn_at_random_are_what_the_document_shows(capture: Capture, name: str):
    path, size, lines = _READ[name]
    scores = capture(name, path).scores
    drawn = sorted(random.Random(_SEED).sample(range(size), _DRAWN))  # noqa: S311 - a draw of lines, no secret
    assert len(scores) == size
    assert [_line(at, scores[at]) for at in drawn] == lines.strip().split("\n")
