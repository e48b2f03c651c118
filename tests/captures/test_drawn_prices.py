"""Prices of large documents, forty of each drawn at random and compared with the document by eye.

The draw is `random.Random(11).sample(range(how many), 40)`: of each line its number, then what was read by eye.
"""

import random

import pytest

from pipeline.domain.quote import Quote
from tests.captures.conftest import Capture
from tests.captures.prices import per_million

_SEED, _DRAWN = 11, 40
_READ = {
    "venice": (
        "first-party/venice/2026-05-08_618e39f.md.gz",
        251,
        """
3 | zai-org-glm-5 | standard | input | - | 1
10 | z-ai-glm-5v-turbo | standard | output | - | 5
23 | venice-uncensored-1-2 | standard | output | - | 0.9
24 | venice-uncensored-role-play | standard | input | - | 0.5
36 | qwen3-5-397b-a17b | standard | input | - | 0.75
40 | qwen3-5-35b-a3b | standard | cached_input | - | 0.16
47 | qwen3-vl-235b-a22b | standard | input | - | 0.25
48 | qwen3-vl-235b-a22b | standard | output | - | 1.5
77 | grok-4-20-multi-agent | standard | output | - | 2.83
101 | claude-opus-4-6 | standard | output | - | 30
114 | claude-sonnet-4-6 | standard | cached_input | - | 0.36
115 | claude-sonnet-4-6 | standard | cache_write | - | 4.5
119 | claude-sonnet-4-5 | standard | cache_write | - | 4.69
121 | openai-gpt-oss-120b | standard | output | - | 0.3
130 | deepseek-v4-pro | standard | cached_input | - | 0.33
131 | deepseek-v4-flash | standard | input | - | 0.17
137 | aion-labs-aion-2-0 | standard | input | - | 1
143 | llama-3.3-70b | standard | output | - | 2.8
150 | openai-gpt-53-codex | standard | input | - | 2.19
152 | openai-gpt-53-codex | standard | cached_input | - | 0.22
157 | openai-gpt-54-pro | standard | input | 272000 | 75
159 | openai-gpt-54-pro | standard | output | 272000 | 337.5
161 | openai-gpt-54-mini | standard | output | - | 5.63
162 | openai-gpt-54-mini | standard | cached_input | - | 0.09
166 | openai-gpt-55 | standard | output | 272000 | 56.25
167 | openai-gpt-55 | standard | cached_input | - | 0.63
177 | minimax-m25 | standard | output | - | 1.19
189 | e2ee-venice-uncensored-24b-p | standard | input | - | 0.25
199 | e2ee-gpt-oss-120b-p | standard | input | - | 0.13
203 | e2ee-qwen3-30b-a3b-p | standard | input | - | 0.19
205 | e2ee-qwen3-vl-30b-a3b-p | standard | input | - | 0.25
207 | e2ee-glm-5-1 | standard | input | - | 1.1
218 | gemini-embedding-2-preview | standard | input | - | 0.25
219 | text-embedding-nemotron-embed-vl-1b-v2 | standard | input | - | 0.01
221 | gpt-image-1-5 | standard | image_output | - | 0.26/1 image
233 | venice-sd35 | standard | image_output | - | 0.01/1 image
236 | lustify-v8 | standard | image_output | - | 0.01/1 image
238 | z-image-turbo | standard | image_output | - | 0.01/1 image
243 | tts-qwen3-1-7b | standard | speech_output | - | 112.50/1000000 character
250 | tts-gemini-3-1-flash | standard | speech_output | - | 187.50/1000000 character
""",
    ),
    "siliconflow": (
        "first-party/siliconflow/2026-05-08_5ac721e.md.gz",
        68,
        """
0 | DeepSeek-V4-Flash | standard | input | - | 0.14
1 | DeepSeek-V4-Flash | standard | cached_input | - | 0.028
2 | DeepSeek-V4-Flash | standard | output | - | 0.28
3 | DeepSeek-V4-Pro | standard | input | - | 1.74
4 | DeepSeek-V4-Pro | standard | cached_input | - | 0.145
5 | DeepSeek-V4-Pro | standard | output | - | 3.48
6 | DeepSeek-V3.2 | standard | input | - | 0.27
9 | DeepSeek-V3.2-Exp | standard | input | - | 0.27
10 | DeepSeek-V3.2-Exp | standard | output | - | 0.41
11 | DeepSeek-V3.1-Terminus | standard | input | - | 0.27
12 | DeepSeek-V3.1-Terminus | standard | output | - | 1
14 | Qwen3-VL-32B-Instruct | standard | output | - | 0.6
15 | Qwen3-VL-32B-Thinking | standard | input | - | 0.2
19 | Qwen3-VL-30B-A3B-Instruct | standard | input | - | 0.29
23 | GLM-5.1 | standard | input | - | 1.4
24 | GLM-5.1 | standard | cached_input | - | 0.26
25 | GLM-5.1 | standard | output | - | 4.4
28 | GLM-5 | standard | output | - | 2.55
30 | GLM-4.7 | standard | cached_input | - | 0.11
32 | GLM-4.6V | standard | input | - | 0.3
33 | GLM-4.6V | standard | output | - | 0.9
34 | GLM-4.6 | standard | input | - | 0.39
38 | Kimi-K2-Instruct-0905 | standard | input | - | 0.4
39 | Kimi-K2-Instruct-0905 | standard | output | - | 2
40 | Kimi-K2.5 | standard | input | - | 0.23
41 | Kimi-K2.5 | standard | cached_input | - | 0.07
42 | Kimi-K2.5 | standard | output | - | 3
43 | Kimi-K2.6 | standard | input | - | 0.95
44 | Kimi-K2.6 | standard | cached_input | - | 0.16
47 | MiniMax-M2.5 | standard | cached_input | - | 0.03
48 | MiniMax-M2.5 | standard | output | - | 1.2
50 | gpt-oss-120b | standard | output | - | 0.45
51 | gpt-oss-20b | standard | input | - | 0.04
54 | DeepSeek-V3.1-Nex-N1 | standard | output | - | 0.5
57 | Hunyuan-A13B-Instruct | standard | input | - | 0.14
58 | Hunyuan-A13B-Instruct | standard | output | - | 0.57
59 | Hy3-preview | standard | input | - | 0
64 | FLUX 1.1 [pro] Ultra | standard | image_output | - | 0.06/1 image
66 | FLUX.1 Kontext [pro] | standard | image_output | - | 0.04/1 image
67 | FLUX.1-dev | standard | image_output | - | 0.014/1 image
""",
    ),
    "byteplus": (
        "byteplus-intl/2026-08-18_page.html.gz",
        118,
        """
1 | dola-seed-2-1-turbo | standard | cache_storage | - | 0.0083/1000000 token_hour
4 | seed-2-0-lite-260428 | standard | input | - | 0.25
5 | seed-2-0-lite-260428 | standard | input | 128000 | 0.5
7 | seed-2-0-lite-260428 | standard | audio_input | 128000 | 7.5
8 | seed-2-0-lite-260428 | standard | cache_storage | - | 0.0083/1000000 token_hour
11 | seed-2-0-lite-260428 | standard | cached_audio_input | - | 0.75
12 | seed-2-0-lite-260428 | standard | cached_audio_input | 128000 | 1.5
18 | seed-2-0-mini-260428 | standard | audio_input | 128000 | 3
20 | seed-2-0-mini-260428 | standard | cached_input | - | 0.02
23 | seed-2-0-mini-260428 | standard | cached_audio_input | 128000 | 0.6
24 | seed-2-0-mini-260428 | standard | output | - | 0.4
38 | seed-2-0-lite-260228 | standard | output | - | 2
50 | seed-2-0-code-preview-260328 | standard | cached_input | - | 0.1
57 | seed-1-8-251228 | standard | cached_input | - | 0.05
59 | seed-1-8-251228 | standard | output | 128000 | 4
60 | glm-5-2-260617 | standard | input | - | 1.4
65 | glm-4-7-251222 | standard | cache_storage | - | 0.0083/1000000 token_hour
67 | glm-4-7-251222 | standard | output | - | 2.2
68 | deepseek-v4-pro-260425 | standard | input | - | 1.74
71 | deepseek-v4-pro-260425 | standard | output | - | 3.48
75 | deepseek-v4-flash-ga-260731 | standard | output | - | 0.28
76 | deepseek-v4-flash-260425 | standard | input | - | 0.14
78 | deepseek-v4-flash-260425 | standard | cached_input | - | 0.028
79 | deepseek-v4-flash-260425 | standard | output | - | 0.28
80 | deepseek-v3-2-251201 | standard | input | - | 0.28
81 | deepseek-v3-2-251201 | standard | input | 32000 | 0.56
83 | deepseek-v3-2-251201 | standard | cached_input | - | 0.056
87 | seed-1-6-250915 | standard | input | 128000 | 0.5
88 | seed-1-6-250915 | standard | cache_storage | - | 0.0083/1000000 token_hour
98 | gpt-oss-120b-250805 | standard | input | - | 0.1
99 | gpt-oss-120b-250805 | standard | output | - | 0.5
101 | dola-seed-2-1-turbo | batch | cached_input | - | 0.1
102 | dola-seed-2-1-turbo | batch | output | - | 1.25
106 | seed-2-0-pro-260328 | batch | cached_input | 128000 | 0.2
109 | glm-4-7-251222 | batch | input | - | 0.3
110 | glm-4-7-251222 | batch | cached_input | - | 0.11
111 | glm-4-7-251222 | batch | output | - | 1.1
114 | deepseek-v4-pro-260425 | batch | output | - | 1.74
116 | deepseek-v4-flash-260425 | batch | cached_input | - | 0.028
117 | deepseek-v4-flash-260425 | batch | output | - | 0.14
""",
    ),
    "azure": (
        "azure-retail/2026-08-11_snapshot.json.gz",
        224,
        """
3 | Azure OpenAI GPT5 GPT 5 | standard | output | - | 10
10 | Azure OpenAI GPT5 5.4 | batch | input | - | 1.25
15 | Azure OpenAI Reasoning o3 deep research 0626 | standard | cached_input | - | 2.5
16 | Azure OpenAI GPT5 GPT 5 | batch | output | - | 5
23 | Azure OpenAI GPT5 5.6 luna | priority | input | - | 2
24 | Azure OpenAI GPT5 5.2 chat 0210 | standard | cached_input | - | 0.175
36 | Azure OpenAI GPT5 GPT 5.2 chat | standard | output | - | 14
40 | Azure OpenAI GPT5 5.1 | priority | input | - | 2.5
47 | Azure OpenAI GPT5 GPT 5 Mini | standard | output | - | 2
48 | Azure OpenAI GPT5 GPT 5 Nano | batch | cached_input | - | 0.0025
77 | Azure OpenAI GPT5 5.2 codex | standard | input | - | 1.75
101 | Azure OpenAI GPT5 GPT 5 Mini | batch | cached_input | - | 0.0125
114 | Azure OpenAI GPT5 5 mini | priority | cached_input | - | 0.045
115 | Azure OpenAI Reasoning codex mini | standard | output | - | 6
119 | Azure OpenAI GPT5 gpt 5 codex | standard | cached_input | - | 0.125
121 | Azure OpenAI GPT5 chat latest 05282026 | standard | output | - | 30
130 | Azure OpenAI GPT5 gpt 5 pro | standard | output | - | 120
131 | Azure OpenAI GPT5 GPT 5.2 | batch | cached_input | - | 0.0875
135 | Azure OpenAI GPT5 GPT 5 Chat | standard | cached_input | - | 0.125
137 | Azure OpenAI GPT5 5.4 pro | batch | output | - | 90
143 | Azure OpenAI GPT5 5.6 terra | standard | cache_write | - | 3.125
150 | Azure OpenAI GPT5 GPT 5.1 chat | standard | output | - | 10
152 | Azure OpenAI GPT5 GPT 5 Nano | standard | output | - | 0.4
157 | Azure OpenAI GPT5 5.4 mini | priority | input | - | 1.5
159 | Azure OpenAI GPT5 GPT 5.1 | batch | output | - | 5
161 | Azure OpenAI GPT5 GPT 5.2 pro | standard | input | - | 21
162 | Azure OpenAI GPT5 GPT 5 Nano | batch | output | - | 0.2
166 | Azure Deepseek Models V3.2 | standard | input | - | 0.58
167 | Azure Deepseek Models V4 Pro | standard | cached_input | - | 0.145
177 | Azure Deepseek Models V3 0324 | standard | input | - | 1.14
189 | Azure Grok Models Grok 3 | standard | output | - | 15
199 | Azure Grok Models Grok 3 Mini | standard | input | - | 0.25
203 | Azure Llama Models Llama 3.3 70B | standard | input | - | 0.71
205 | Azure Llama Models Llama 4 Maverick 17B | standard | output | - | 1
208 | Azure Mistral Models Codestral | standard | input | - | 0.3
213 | Azure Kimi K2.6 Thinking | standard | input | - | 0.95
217 | Azure Kimi K2 Thinking | standard | output | - | 2.5
219 | Azure Kimi K2.6 Thinking | standard | output | - | 4
221 | Azure Kimi K2.7 Code | standard | input | - | 0.95
223 | Azure Kimi K2.5 Thinking | standard | input | - | 0.6
""",
    ),
}


def _line(at: int, quote: Quote) -> str:
    low = quote.conditions.context_min or "-"
    parts = (at, quote.label, quote.conditions.tier, quote.meter, low, per_million(quote))
    return " | ".join(map(str, parts))


@pytest.mark.parametrize("name", _READ)
def test_prices_drawn_at_random_are_what_the_document_shows(capture: Capture, name: str):
    path, size, lines = _READ[name]
    quotes = capture(name, path).quotes
    drawn = sorted(random.Random(_SEED).sample(range(size), _DRAWN))  # noqa: S311 - a draw of lines, no secret
    assert len(quotes) == size
    assert [_line(at, quotes[at]) for at in drawn] == lines.strip().split("\n")
