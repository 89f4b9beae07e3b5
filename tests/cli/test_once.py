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


def test_all_the_sweeps_of_an_hour_keep_to_its_requests_together(tmp_path: Path) -> None:
    with catalog(quiet_poll(models=30)) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL)
        slow = config.read_text().replace("1s", "1h")
        config.write_text(slow.replace("confirm_after: 0s", "confirm_after: 0s, max_requests_per_hour: 8"))
        runs = [watcher("once", "-c", config) for _ in range(3)]

    made = [int(run.stderr.partition("; ")[2].partition(" request")[0]) for run in runs]
    assert made == [7, 1, 0]
    assert "max_requests_per_hour is 8: asked for endpoints 3 of 26, more from " in runs[0].stderr
    assert "asked for models 0 of 1, endpoints 0 of 26, more from " in runs[2].stderr
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert "Traceback" not in "".join(run.stderr for run in runs)


def test_a_surface_that_an_hour_has_no_request_for_yet_is_named(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL)
        text = config.read_text().replace("confirm_after: 0s", "confirm_after: 0s, max_requests_per_hour: 2")
        config.write_text(text)
        done = watcher("once", "-c", config)

    assert done.returncode == 3
    assert "endpoints: no believed poll: not asked: max_requests_per_hour leaves no request" in done.stderr


def test_a_sweep_says_how_many_requests_it_made(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        done = watcher("once", "-c", configured(tmp_path, base_url, TERMINAL))

    assert " 0 alerts; " in done.stderr
    assert " requests.\n" in done.stderr
