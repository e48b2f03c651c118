"""Names of sellers as catalogues write them → the one name that this monitor uses.

A name that stands here under no other is used as it is; which seller belongs to which maker is reviewed reference.
"""

import re

_ONE_NAME = {
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "azure-cognitive-services": "azure",
    "azure-ai": "azure",
    "dashscope": "alibaba",
    "fireworks-ai": "fireworks",
    "gemini": "google",
    "github-copilot": "github_copilot",
    "google-ai-studio": "google",
    "google-vertex": "vertex",
    "kimi": "moonshot",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "together-ai": "together",
    "togetherai": "together",
    "voyageai": "voyage",
    "x-ai": "xai",
    "z-ai": "zai",
    "z.ai": "zai",
}


def seller_name(printed: str) -> str:
    """`Amazon Bedrock` → `bedrock`; an unknown name is written in lower case with hyphens."""
    plain = re.sub(r"[^a-z0-9.]+", "-", printed.lower()).strip("-.")
    return _ONE_NAME.get(plain, plain)
