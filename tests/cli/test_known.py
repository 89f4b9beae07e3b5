"""What `history`, `explain` and `status` show of upstream's own pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import model, seen
from tests.cli.conftest import BASE_URL, Run
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import AskedSheet
from watcher.catalog.usage import App, Author, AuthoredModel, DayOfUse
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.store.store import Store

GLM, QUIET = ModelId("z-ai/glm-5.2"), ModelId("z-ai/glm-4")
AT = datetime(2026, 7, 6, 12, 30, tzinfo=UTC)
READ = "(read 2026-07-06 12:30 UTC)"
CONFIG = f"""\
models: ["*"]
catalog: {{base_url: "{BASE_URL}", frontend: all}}
receivers: {{log: {{file: alerts.jsonl}}}}
rules:
  - use: app-entered-top
  - use: version-published
  - {{name: hardly-used, when: model.tokens, below: 1000}}
"""
USED = (("Cline", 1_205_000_000), ("Ev\x1b[2Jil", 600_100), ("Roo", None))
APPS = tuple(App(id=title, title=title, url=None, tokens=tokens) for title, tokens in USED)
AUTHOR = "Z\u202e.AI"


def day(back: int, tokens: int) -> DayOfUse:
    when = date(2026, 7, 6) - timedelta(days=back)
    return DayOfUse(day=when, variant="standard", requests=41, prompt_tokens=tokens - 5, completion_tokens=5)


def made(name: str, *days: DayOfUse) -> AuthoredModel:
    return AuthoredModel(id=ModelId(name), permaslug=None, name=name, created=None, days=days)


def author(*models: AuthoredModel) -> AskedSheet[str, Author]:
    return AskedSheet(surface=Surface.AUTHORS, rows={"z-ai": Author(slug="z-ai", name=AUTHOR, models=models)})


PAGES: Mapping[str, AskedSheet[Any, Any]] = {
    "top_apps": AskedSheet(surface=Surface.TOP_APPS, rows={GLM: APPS}),
    "authors": author(
        made(GLM, *(day(back, 39_374_000 - back * 1_000_000) for back in (3, 2, 1))), made(QUIET, day(1, 900))
    ),
    "versions": AskedSheet(surface=Surface.VERSIONS, rows={GLM: ("z-ai/glm-5.2-v2", "z-ai/glm-5.2-v1")}),
}


def remembered(folder: Path, pages: Mapping[str, Any]) -> Path:
    path = folder / "config.yaml"
    path.write_text(CONFIG)
    settings = load(path, {}, targets=None)
    with Store.open(settings.state, catalog=BASE_URL) as store:
        ledger = Ledger(store, settings.rulebook, {"log": ("file",)})
        listed = [model(GLM), model(QUIET)]
        ledger.enter(seen(AT - timedelta(minutes=1), models=listed), AT - timedelta(minutes=1))
        ledger.enter(replace(seen(AT), **pages), AT)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a configuration whose state knows every page; tests only read it."""
    return remembered(tmp_path_factory.mktemp("known"), PAGES)


def objects(run: Run, *words: object) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_history_of_a_model_ends_with_its_users_its_use_its_author_and_its_versions(
    watcher: Run, whole: Path
) -> None:
    words = watcher("history", GLM, "-c", whole).stdout

    assert words.splitlines() == [
        "Known of z-ai/glm-5.2 from upstream's own pages:",
        r"  users     this week by tokens: Cline 1.205B, Ev\x1b[2Jil 600,100, Roo (read",
        "            2026-07-06 12:30 UTC)",
        "  use       38.37M tokens on 2026-07-05, 38.37M in, 5 out, 41 requests",
        "            ▁▄█ 3 days to 2026-07-05",
        r"  author    Z\u202e.AI: 2 models, 38.37M tokens on 2026-07-05",
        f"  versions  z-ai/glm-5.2-v2, z-ai/glm-5.2-v1 {READ}",
    ]


def test_programs_read_the_same_as_objects_with_a_type(watcher: Run, whole: Path) -> None:
    users, use, versions = objects(watcher, "history", GLM, "-c", whole)

    assert [app["title"] for app in users["apps"]] == [app.title for app in APPS]
    assert (users["type"], users["model"], users["at"]) == ("users", GLM, "2026-07-06T12:30:00Z")
    assert (use["type"], use["tokens_per_day"], use["requests_per_day"]) == ("use", 38_374_000, 41)
    assert [told["day"] for told in use["days"]] == ["2026-07-03", "2026-07-04", "2026-07-05"]
    assert (versions["type"], versions["published"]) == ("versions", ["z-ai/glm-5.2-v2", "z-ai/glm-5.2-v1"])


def test_an_author_is_all_models_with_what_each_did_on_the_last_day(watcher: Run, whole: Path) -> None:
    words = watcher("history", "z-ai", "-c", whole).stdout
    (entry,) = objects(watcher, "history", "z-ai", "-c", whole)

    assert words.splitlines()[2:] == [
        "  2026-07-05    38.37M tokens        41 requests  z-ai/glm-5.2",
        "  2026-07-05       900 tokens        41 requests  z-ai/glm-4",
    ]
    assert [(row["model"], row["tokens"]) for row in entry["models"]] == [(GLM, 38_374_000), (QUIET, 900)]


@pytest.mark.parametrize("words", [(), ("nobody/nothing",), ("*",), (GLM, "--event", "model.added")])
def test_who_asks_for_changes_alone_or_for_what_is_not_known_gets_no_more(
    watcher: Run, whole: Path, words: tuple[str, ...]
) -> None:
    assert "Known of" not in watcher("history", *words, "-c", whole).stdout


def test_a_level_of_use_is_explained_with_what_is_read(watcher: Run, whole: Path) -> None:
    quiet = watcher("explain", "--rule", "hardly-used", "--subject", QUIET, "-c", whole).stdout
    listed = watcher("explain", "--rule", "version-published", "--subject", GLM, "-c", whole).stdout

    assert "  use       900 tokens on 2026-07-05, 895 in, 5 out, 41 requests\n" in quiet
    assert "tokens is below 1000 since 2026-07-06 12:30 UTC, worst 900" in quiet
    assert listed == f"  versions  z-ai/glm-5.2-v2, z-ai/glm-5.2-v1 {READ}\n"


def notes(watcher: Run, config: Path) -> dict[str, str | None]:
    found = objects(watcher, "status", "-c", config)
    return {entry["surface"]: entry["note"] for entry in found if entry["type"] == "surface"}


def problems(watcher: Run, config: Path) -> list[str]:
    found = objects(watcher, "status", "-c", config)
    return [
        entry["message"] for entry in found if entry["type"] == "problem" and "polled" not in entry["message"]
    ]


@pytest.mark.parametrize(
    "versions",
    [
        AskedSheet(surface=Surface.VERSIONS, rows={GLM: ()}),
        AskedSheet(surface=Surface.VERSIONS),
    ],
    ids=["empty lists", "no address"],
)
def test_that_nothing_is_published_is_said_and_is_no_problem(
    watcher: Run, tmp_path: Path, versions: AskedSheet[Any, Any]
) -> None:
    config = remembered(tmp_path, {**PAGES, "versions": versions})

    status = watcher("status", "-c", config).stdout

    assert "(2026-07-06 12:30 UTC); nothing published\n" in status
    assert notes(watcher, config)["versions"] == "nothing published"
    assert problems(watcher, config) == []
    assert f"  versions  nothing published {READ}\n" in watcher("history", GLM, "-c", config).stdout


def activity(**days: tuple[DayOfUse, ...]) -> AskedSheet[ModelId, tuple[DayOfUse, ...]]:
    return AskedSheet(
        surface=Surface.ACTIVITY, rows={ModelId(f"z-ai/{name}"): told for name, told in days.items()}
    )


def test_that_no_page_tells_of_days_is_a_problem_of_the_rule_that_goes_by_them(
    watcher: Run, tmp_path: Path
) -> None:
    config = remembered(tmp_path, {"authors": author(made(GLM), made(QUIET)), "activity": activity(x=())})

    assert notes(watcher, config)["authors"] == "no use by the day is published"
    assert problems(watcher, config) == [
        "activity, authors: no use by the day is published, which is all that hardly-used can go by"
    ]
    assert "use " not in watcher("history", GLM, "-c", config).stdout


def test_a_models_own_page_tells_of_its_use_where_its_authors_tells_of_none(
    watcher: Run, tmp_path: Path
) -> None:
    pages = {"authors": author(made(GLM)), "activity": activity(**{"glm-5.2": (day(1, 2000),), "glm-4": ()})}
    config = remembered(tmp_path, pages)

    assert notes(watcher, config)["activity"] is None
    assert problems(watcher, config) == []
    assert watcher("history", GLM, "-c", config).stdout.splitlines()[1:] == [
        "  use       2,000 tokens on 2026-07-05, 1,995 in, 5 out, 41 requests",
        r"  author    Z\u202e.AI: 1 model",
    ]
    assert watcher("history", "z-ai", "-c", config).stdout.splitlines()[2:] == [
        "  2026-07-05     2,000 tokens        41 requests  z-ai/glm-5.2"
    ]


def test_versions_that_are_no_longer_listed_are_named_as_such(
    watcher: Run, whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(whole.parent, tmp_path / "own")
    config = tmp_path / "own" / "config.yaml"
    settings = load(config, {}, targets=None)
    later = AT + timedelta(hours=6)
    with Store.open(settings.state, catalog=BASE_URL) as store:
        empty: AskedSheet[Any, Any] = AskedSheet(surface=Surface.VERSIONS, rows={GLM: ()})
        Ledger(store, settings.rulebook, {"log": ("file",)}).enter(
            replace(seen(later), versions=empty), later
        )

    words = watcher("history", GLM, "-c", config).stdout

    assert "  versions  nothing published, before: z-ai/glm-5.2-v2, z-ai/glm-5.2-v1 (read" in words


def test_a_model_that_no_page_tells_of_for_long_says_since_when(watcher: Run, tmp_path: Path) -> None:
    config = remembered(tmp_path, {"activity": activity(**{"glm-5.2": (day(9, 100),)})})

    assert "  use       not told of since 2026-06-27\n" in watcher("history", GLM, "-c", config).stdout
