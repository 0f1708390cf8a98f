"""What a warm rerun of each page costs, beside the first run; for whoever changes the dashboard.

CPU of the whole process while Streamlit's AppTest runs the page; medians within one run.
"""

import logging
import os
import statistics
import tempfile
import time
import tomllib
from pathlib import Path

from streamlit import config
from streamlit.testing.v1 import AppTest

from dashboard.door.asgi import PAGES
from pipelines.ground.settings import Home
from tests import walled
from tests.bench.many_waves import stretched
from tests.homes import walk

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
MANNERS = APP.parent / ".streamlit" / "config.toml"
RERUNS = 15
MANY = 35  # times the waves of the home, for a board that has been at it for a quarter of a century
TARGET_MS = 40  # for a page with three charts


def cpu_ms(page: AppTest) -> float:
    """CPU milliseconds of one run of a page; a page that fails is no measurement."""
    start = time.process_time()
    page.run(timeout=60)
    used = 1000 * (time.process_time() - start)
    if page.exception:
        raise SystemExit(f"the page failed: {page.exception[0].message}")
    return used


def of_page(name: str) -> None:
    """Print what a page costs."""
    walled.stand()
    page = AppTest.from_file(str(APP))
    if name != PAGES[0]:
        page.switch_page(f"views/{name}.py")
    first, *warm = [cpu_ms(page) for _ in range(RERUNS + 1)]
    charts, again = len(page.get("vega_lite_chart")), statistics.median(warm)
    print(f"  {name:15} {charts} charts   first {first:6.0f} ms   warm {again:5.0f} ms")


def main() -> None:
    """Print two tables: each page with its first and its warm run."""
    logging.disable(logging.WARNING)  # Streamlit warns at every page that no browser is there
    for name, value in tomllib.loads(MANNERS.read_text(encoding="utf-8"))["runner"].items():
        config.set_option(f"runner.{name}", value)  # as the server has it; AppTest reads no config beside the script
    config.set_option("browser.gatherUsageStats", False)
    with tempfile.TemporaryDirectory() as folder:
        home = walk(Path(folder), leaders=120, waves=3)
        long = stretched(Home(home), Path(folder) / "long", MANY)
        print(f"Page reruns, 120 leaders, median of {RERUNS}; target <= {TARGET_MS} ms for three charts, 60 ms for all")
        for waves, shown in ((3, home), (3 * MANY, long)):
            os.environ["KLANKBORD_HOME"] = str(shown)
            print(f"{waves} waves")
            for name in PAGES:
                of_page(name)


if __name__ == "__main__":
    main()
