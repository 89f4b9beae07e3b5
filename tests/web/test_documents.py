"""What the documents say of the metrics is what the pages show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.builders import NOON
from tests.web.standings import standing
from watcher.web.metrics import Metrics
from watcher.web.pages import INDEX

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = DOCS / "METRICS.md"
RULES = DOCS / "prometheus" / "alerts.yaml"
DASHBOARD = DOCS / "grafana" / "catalog-watcher.json"
MARKS = re.compile(r"(?<=<!-- metrics -->\n).*?(?=<!-- /metrics -->)", re.DOTALL)
ENDINGS = ("_bucket", "_sum", "_count")
NAME = re.compile(r"\b(?:watcher|process)_[a-z_]+\b")
LABELLED = re.compile(r"\b((?:watcher|process)_[a-z_]+)\{([^}]*)\}")
KEYWORDS = frozenset({"job", "instance", "le"})
PROMQL = frozenset({"time", "rate", "increase", "sum", "changes", "histogram_quantile", "label_values", "up"})


def families() -> list[Metric]:
    found = Metrics(standing, version="1.2.3")
    found.configured(NOON, rules=["a-rule"], receivers=["a-receiver"])
    return list(text_string_to_metric_families(found.text().decode()))


def shown_as(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def labels_of(family: Metric) -> list[str]:
    return sorted({label for sample in family.samples for label in sample.labels} - {"le"})


def table() -> str:
    """Return the rows that METRICS.md has to have."""
    head = "| metric | kind | labels | meaning |\n|---|---|---|---|\n"
    rows = (
        f"| `{shown_as(family)}` | {family.type} | {', '.join(f'`{label}`' for label in labels_of(family))} "
        f"| {family.documentation} |\n"
        for family in sorted(
            families(), key=lambda family: (not family.name.startswith("watcher"), family.name)
        )
    )
    return head + "".join(rows)


def known() -> dict[str, set[str]]:
    """Return every name that a query may use, with its labels."""
    found: dict[str, set[str]] = {}
    for family in families():
        names = [sample.name for sample in family.samples]
        for name in names:
            found.setdefault(name, set()).update(labels_of(family))
    return found


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return found


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (mark["expr"] for mark in dashboard()["annotations"]["list"])
    yield from (
        variable["definition"] for variable in dashboard()["templating"]["list"] if "definition" in variable
    )


def test_the_table_of_metrics_is_what_is_shown() -> None:
    found = MARKS.search(DOCUMENT.read_text("utf-8"))

    assert found is not None
    assert found[0] == table(), "make it again: python -m tests.web.test_documents"


@pytest.mark.parametrize("query", list(queries()))
def test_every_metric_and_label_that_a_query_names_exists(query: str) -> None:
    shown = known()

    assert set(NAME.findall(query)) <= shown.keys()
    for name, selector in LABELLED.findall(query):
        assert set(re.findall(r"([a-z_]+)\s*(?:=~|!=|!~|=)", selector)) <= shown[name] | KEYWORDS
    for grouping in re.findall(r"\bby \(([^)]*)\)", query):
        used = {label for name in NAME.findall(query) for label in shown[name]} | KEYWORDS
        assert {label.strip() for label in grouping.split(",")} <= used


@pytest.mark.parametrize("query", list(queries()))
def test_every_query_closes_what_it_opens(query: str) -> None:
    bare = re.sub(r'"[^"]*"', "", query)

    assert all(bare.count(opening) == bare.count(closing) for opening, closing in ("()", "[]", "{}"))
    assert set(re.findall(r"\b([a-z_]+)\(", bare)) <= PROMQL


def test_every_value_that_a_query_selects_can_be_there() -> None:
    values = {
        (sample.name, label, value)
        for family in families()
        for sample in family.samples
        for label, value in sample.labels.items()
    }
    selected = {
        (name, label, word)
        for query in queries()
        for name, selector in LABELLED.findall(query)
        for label, written in re.findall(r'([a-z_]+)\s*(?:=~|!=|=)\s*"([^"]*)"', selector)
        for word in written.split("|")
        if label != "job"
    }

    assert selected <= values


def test_every_alert_has_a_severity_and_says_what_it_means() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"].endswith(".")
        labels = {label for name in NAME.findall(rule["expr"]) for label in known()[name]}
        assert set(re.findall(r"\$labels\.([a-z]+)", rule["annotations"]["summary"])) <= labels


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        grid = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_pages_that_the_document_names_are_those_of_the_front_page() -> None:
    pages = re.findall(r"^\| `(/[a-z]+)` \|", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)

    assert pages == re.findall(r"^ +(/[a-z]+) ", INDEX, flags=re.MULTILINE)


if __name__ == "__main__":
    DOCUMENT.write_text(MARKS.sub(lambda _: table(), DOCUMENT.read_text("utf-8")), "utf-8")
