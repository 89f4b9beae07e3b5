from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

UPGRADED = """\
import sys
from datetime import UTC
from pathlib import Path

from tests.messages.samples import RISE, told
from watcher.messages.mail import mail
from watcher.messages.plain import plain
from watcher.messages.slack import slack

for template in Path(sys.argv[1]).iterdir():
    template.write_text("{{ page.what_older_code_does_not_know }}")
print(mail(told(RISE), UTC).html, plain(told(RISE), UTC).body, slack(told(RISE), UTC).body)
"""


def test_an_upgrade_of_the_files_beneath_a_running_program_does_not_change_its_words(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "watcher", tmp_path / "watcher", ignore=shutil.ignore_patterns("__pycache__"))

    done = subprocess.run(
        [sys.executable, "-c", UPGRADED, tmp_path / "watcher/messages/templates"],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("baidu/fp8") >= 3
