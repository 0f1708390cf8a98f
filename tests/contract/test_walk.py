"""The picture in the README is how a wave really goes: the calls of flow.py, traced, are its steps in its order."""

from __future__ import annotations

import pytest

from pipelines.ground.settings import ROOT
from tests.contract.walk import picture, printed, steps, walk

README = (ROOT / "README.md").read_text(encoding="utf-8")
DRAWN = """
## The way of a wave
```
survey export + roster
  intake: read -> understand             bad rows kept and explained
  vault:  store                          (restricted)
  protection: plan -> prove -> GATE      nothing passes that is not proved
                                         snapshot -> dashboard
```
"""
PICTURED = [
    ("intake", "read"), ("intake", "understand"), ("vault", "store"),
    ("protection", "plan"), ("protection", "prove"), ("protection", "gate"),
]  # fmt: skip
WALKED = [
    "intake.read_files", "intake.understand", "vault.store_wave", "vault.log", "protection.plan_school_year",
    "counting.count", "protection.prove", "protection.prove", "protection.pass_gate",
]  # fmt: skip


@pytest.fixture(scope="module")
def walked() -> dict[str, list[str]]:
    return walk()


def test_the_picture_in_the_readme_is_the_walk_of_an_import_and_of_a_publication(walked: dict[str, list[str]]) -> None:
    pictured, calls = picture(README), [call for calls in walked.values() for call in calls]
    assert len(pictured) > len({room for room, _ in pictured}) > 1
    assert steps(calls, pictured) == pictured, "\n".join(printed(walked))
    assert {call.partition(".")[0] for call in calls} == {room for room, _ in pictured}


def test_a_walk_is_written_down_in_the_order_in_which_flow_calls_other_rooms(walked: dict[str, list[str]]) -> None:
    rooms = {command: [call.partition(".")[0] for call in calls] for command, calls in walked.items()}
    assert set(rooms["import"]) == {"intake", "vault"}
    # Of intake a publication only asks for the days of planned waves.
    assert set(rooms["publish"]) == {"vault", "counting", "evidence", "protection", "publication", "intake"}
    assert {call for call in walked["publish"] if call.startswith("intake.")} == {"intake.planned_waves"}
    assert walked["import"].index("intake.understand") < walked["import"].index("vault.store_wave")
    for calls in walked.values():
        assert calls[-1] == "vault.log"
        assert calls.count("vault.held") == 1  # resumed at its end, and still one call


def test_evidence_hands_its_estimates_to_the_gate_and_nothing_of_it_comes_after(walked: dict[str, list[str]]) -> None:
    calls = walked["publish"]
    last = max(at for at, call in enumerate(calls) if call.startswith("evidence."))
    assert calls[last + 1] == "protection.let_models_through"
    between = calls[calls.index("protection.pass_gate") + 1 : calls.index("publication.describe")]
    assert between in ([], ["protection.Audited.of"])  # what is kept in the vault's log
    after = [call for call in calls[calls.index("publication.describe") :] if call.startswith(("evidence", "counting"))]
    assert set(after) <= {"counting.Grouped.under"}  # under what was counted, for later audits: no answers


def test_a_picture_is_read_by_its_rooms_and_their_steps() -> None:
    assert picture(DRAWN) == PICTURED
    assert picture("## Another chapter\n```\n  intake: read -> score\n```\n") == []


def test_a_picture_that_is_not_the_walk_is_noticed() -> None:
    assert steps(WALKED, PICTURED) == PICTURED
    for drawn in (PICTURED[::-1], [*PICTURED, ("publication", "freeze")], [("intake", "score"), *PICTURED]):
        assert steps(WALKED, drawn) != drawn
    assert steps(WALKED[::-1], PICTURED) != PICTURED
