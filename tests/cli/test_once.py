from __future__ import annotations

from pathlib import Path

from tests.cli.stage import catalog, configured, free_port, quiet_poll, watcher, with_free

TERMINAL = "{terminal: {console: true}}"


def test_the_first_look_is_silent_the_second_tells_the_change_and_the_third_nothing(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "gift")) as (base_url, replay):
        config = configured(tmp_path, base_url, TERMINAL)
        first = watcher("once", "-c", config)
        replay.step()
        second = watcher("-c", config, "once")
        third = watcher("once", "-c", config)

    assert [run.returncode for run in (first, second, third)] == [0, 0, 0]
    assert first.stdout == ""
    assert "This was the first look" in first.stderr
    assert second.stdout.startswith("New free model: newcomer/gift:free\n")
    assert third.stdout == ""


def test_a_surface_that_dies_costs_only_itself(tmp_path: Path) -> None:
    before = quiet_poll()
    blind = with_free(before, "gift")
    del blind["frontend_providers"]

    with catalog(before, blind) as (base_url, replay):
        config = configured(tmp_path, base_url, TERMINAL)
        watcher("once", "-c", config)
        replay.step()
        done = watcher("once", "-c", config)

    assert done.returncode == 3
    assert "newcomer/gift:free" in done.stdout
    assert "frontend: no believed poll: no known address answers: 404" in done.stderr


def test_a_catalog_that_does_not_answer_is_exit_code_3(tmp_path: Path) -> None:
    config = configured(tmp_path, f"http://127.0.0.1:{free_port()}", TERMINAL)

    done = watcher("once", "-c", config)

    assert done.returncode == 3
    assert "models: no believed poll" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_not_delivered_stays_queued_and_is_exit_code_4(tmp_path: Path) -> None:
    before = quiet_poll()
    hook = f"{{hook: {{webhook: 'http://127.0.0.1:{free_port()}/', allow_private: true}}}}"

    with catalog(before, with_free(before, "gift")) as (base_url, replay):
        config = configured(tmp_path, base_url, hook)
        first = watcher("once", "-c", config)
        replay.step()
        second = watcher("once", "-c", config)
        third = watcher("once", "-c", config)

    assert [run.returncode for run in (first, second, third)] == [0, 4, 4]
    assert "1 message not delivered, still queued" in second.stderr


def test_what_is_told_too_soon_after_the_last_message_is_held_and_said_to_be(tmp_path: Path) -> None:
    before = quiet_poll()
    gift = with_free(before, "gift")

    with catalog(before, gift, with_free(gift, "another")) as (base_url, replay):
        config = configured(tmp_path, base_url, TERMINAL)
        for _ in range(2):
            watcher("once", "-c", config)
            replay.step()
        done = watcher("once", "-c", config)

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 alert held until " in done.stderr


def test_a_wrong_configuration_is_exit_code_2_and_touches_nothing(tmp_path: Path) -> None:
    config = configured(tmp_path, "http://127.0.0.1:1", "{terminal: {consle: true}}")

    done = watcher("once", "-c", config)

    assert done.returncode == 2
    assert "receivers.terminal.consle: unknown key" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_an_apprise_url_for_two_targets_is_refused_with_what_to_write_instead(tmp_path: Path) -> None:
    config = configured(
        tmp_path, "http://127.0.0.1:1", '{mail: {urls: ["mailto://u:pw@example.org?to=a@x.org,b@x.org"]}}'
    )

    done = watcher("once", "-c", config)

    assert done.returncode == 2
    assert "one URL is one target" in done.stderr
    assert "pw" not in done.stderr.replace("https://github.com", "")
