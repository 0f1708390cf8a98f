"""What the process of the dashboard carries: nothing that takes seconds and hundreds of megabytes to load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.app.test_pages import APP, PAGES

HEAVY = ("sklearn", "scipy", "highspy", "dataframely", "pipelines")
WALK = """
import sys
from streamlit.testing.v1 import AppTest
from dashboard.report import FORMATS, render
from dashboard.story.snapshot import find
app = AppTest.from_file(sys.argv[1], default_timeout=600).run()
for page in sys.argv[2].split():
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception, page
snapshot = find().snapshot
for form in FORMATS:
    assert render(snapshot, snapshot.waves()[0], "nl", form)
print(*sorted(name for name in sys.argv[3].split() if name in sys.modules))
"""


def test_no_page_and_no_paper_loads_a_library_for_models(home_120: Path) -> None:
    walked = subprocess.run(
        [sys.executable, "-c", WALK, str(APP), " ".join(PAGES), " ".join(HEAVY)],
        cwd=APP.parents[1], env=os.environ | {"KLANKBORD_HOME": str(home_120)}, capture_output=True, text=True,
    )  # fmt: skip
    assert walked.returncode == 0, walked.stderr[-2000:]
    assert walked.stdout.split() == []
