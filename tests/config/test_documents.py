"""The documents say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.config.tables import fill, tables
from watcher.config import AppriseTarget, ConsoleTarget, load
from watcher.config.schema import schema
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.presets import PRESETS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "RULES.md"
SCHEMA = ROOT / "docs" / "config.schema.json"
EXAMPLE = ROOT / "config.example.yaml"


def test_the_tables_of_rules_md_are_what_the_code_says() -> None:
    document = RULES.read_text("utf-8")

    assert document == fill(document), "make them again: python -m tests.config.test_documents"


def test_every_preset_event_and_level_has_its_row() -> None:
    found = tables()

    assert all(f"| `{name}` |" in found["presets"] for name in PRESETS)
    assert all(f"| `{name}` |" in found["events"] for name in EVENTS)
    assert all(f"| `{name}` |" in found["levels"] for name in LEVELS)


def test_every_parameter_says_what_it_means() -> None:
    assert "| None |" not in RULES.read_text("utf-8")


def test_the_schema_in_docs_is_what_the_models_say() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == schema(), "python -m tests.config.test_documents"


def test_the_example_loads_without_any_environment_and_raises_no_doubt() -> None:
    config = load(EXAMPLE, {}, targets=None)

    assert config.warnings == ()
    assert config.targets["terminal"].targets == (ConsoleTarget(label="console"),)
    assert config.state == ROOT / "state"
    assert [rule.use for rule in config.rulebook.rules] == [
        "new-free-variant",
        "price-change",
        "data-policy-flip",
        "uptime-drop",
        "catalog-trouble",
    ]


def test_the_example_names_its_schema_for_editors() -> None:
    first = EXAMPLE.read_text("utf-8").splitlines()[0]

    assert first == f"# yaml-language-server: $schema={SCHEMA.relative_to(ROOT)}"


def test_what_the_example_shows_in_comments_loads_too(tmp_path: Path) -> None:
    whole = tmp_path / "config.yaml"
    whole.write_text(_uncommented(EXAMPLE.read_text("utf-8")), "utf-8")
    (tmp_path / "boss-mail-url").write_text("mailtos://user:word@example.org?to=boss@example.org\n", "utf-8")
    (tmp_path / "hook-secret").write_text("whsec_c2VjcmV0IG9mIHRoZSBob29r\n", "utf-8")

    config = load(whole, {"SLACK_URL": "slack://T1/B2/C3/#models", "OPENROUTER_API_KEY": "k"}, targets=None)

    assert {rule.use for rule in config.rulebook.rules} == {*PRESETS, None}
    assert set(config.targets) == {"terminal", "team-slack", "boss-mail", "machine", "log"}
    assert isinstance(config.targets["team-slack"].targets[0], AppriseTarget)


PROSE = re.compile(
    r"# (What|Of|Any|Opt|Or|How|Who|none|Never|Keep|Ping|Pages|Read|Stand|Apprise|The|Every|More|catalog"
    r"|`|YAML|\$|that|yaml)"
)


def _uncommented(text: str) -> str:
    """Return the example with every commented-out setting in force; prose stays a comment."""
    lines = (
        line if PROSE.match(line.lstrip()) else re.sub(r"^( *)# ", r"\1", line) for line in text.splitlines()
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    RULES.write_text(fill(RULES.read_text("utf-8")), "utf-8")
    SCHEMA.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", "utf-8")
