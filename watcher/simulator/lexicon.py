"""The names of the simulated world; all are invented, so that no real company is said to do anything."""

from __future__ import annotations

AUTHORS = (
    "northwind", "lumenlabs", "auralis", "bluefjord", "copperleaf", "deltaforge", "emberline", "ferrous",
    "glasswing", "harborlight", "ironbark", "juniper-ai", "kestrel", "lodestone", "marigold", "nimbus9",
    "obsidian", "palisade", "quillon", "redwood-ml", "saltmarsh", "tessellate", "umbra", "verdant",
    "wavecrest", "xenolith", "yarrow", "zephyrine",
)  # fmt: skip
FAMILIES = (
    "aster", "basalt", "cobalt", "drift", "echo", "falcon-eye", "garnet", "halcyon", "indigo", "jade",
    "kite", "lark", "mistral-wind", "nova", "onyx", "pico", "quartz", "raven", "sable", "terra",
)  # fmt: skip
SIZES = ("", "", "-mini", "-pro", "-flash", "-8b", "-30b-a3b", "-70b-instruct", "-coder", "-vision")
TOKENIZERS = ("Other", "GPT", "Claude", "Qwen", "DeepSeek", "Mistral", "Llama3")
HOSTS = (
    "Alderway", "Brightcell", "Cirrus Nine", "Dovetail AI", "Eastgate", "Fathom Cloud", "Gridstone",
    "Hollowpoint Compute", "Inletworks", "Junction GPU", "Keystone Inference", "Lattice.ai", "Meridian",
    "Northgate", "Orchard", "Pinnacle Serve", "Quarry", "Ridgeline", "Sundial", "Tidewater", "Upland",
    "Vantage Tokens", "Westlake", "Yardarm", "Zenith Fabric",
)  # fmt: skip
COUNTRIES = ("US", "US", "US", "SG", "DE", "FR", "GB", "NL", "CN", "KR", "CA")
QUANTIZATIONS = ("unknown", "unknown", "unknown", "fp8", "fp8", "bf16", "fp4", "int4")
REGIONS = ("us", "eu", "us-east5", "global")
CONTEXTS = (32_768, 65_536, 131_072, 131_072, 200_000, 262_144, 1_000_000, 1_048_576)
CORE_PARAMETERS = ("max_tokens", "temperature", "top_p", "stop")
MORE_PARAMETERS = (
    "frequency_penalty", "presence_penalty", "seed", "top_k", "repetition_penalty", "logit_bias", "min_p",
    "response_format", "structured_outputs", "tools", "tool_choice", "logprobs", "top_logprobs",
)  # fmt: skip
APPS = (
    "Paper Lantern", "Quiet Harbor", "Marble Desk", "Night Ledger", "Copper Kettle", "Glass Orchard",
    "Tin Compass", "Velvet Draft", "Wicker Chat", "Salt Atlas", "Amber Loom", "Birch Terminal",
)  # fmt: skip
ARENAS = ("website", "gamedev", "dataviz", "uicomponent", "codecategories", "svg")
TRAITS = (
    "long-horizon agentic work", "precise instruction following", "fast interactive chat", "code review",
    "document understanding", "multilingual support", "tool use at scale", "structured extraction",
)  # fmt: skip
