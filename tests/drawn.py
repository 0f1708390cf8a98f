"""How many examples hypothesis draws: the one profile of every test, and the longer one of `make prove`.

Nothing here looks at the clock: what a busy machine does slowly is right all the same. CI draws the same examples every
time, so that it is never red by luck; elsewhere every run draws others, and `make prove` MORE times as many.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EVERYDAY, PROVE = "everyday", "prove"
MANY, MORE = 100, 20
# Tests that take a folder write what they look at anew for each example.
FINE = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def register() -> None:
    """Make both profiles known and take the everyday one; `pytest --hypothesis-profile=prove` takes the other."""
    settings.register_profile(
        EVERYDAY, max_examples=MANY, deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=FINE,
        database=None if os.environ.get("CI") else settings().database, print_blob=True,
    )  # fmt: skip
    everyday = settings.get_profile(EVERYDAY)
    settings.register_profile(PROVE, everyday, max_examples=MANY * MORE, derandomize=False)
    settings.load_profile(EVERYDAY)


def examples(count: int) -> settings:
    """So many examples, for a test that does much with each; in `make prove` MORE times as many."""
    return settings(max_examples=count * (MORE if settings.get_current_profile_name() == PROVE else 1))
