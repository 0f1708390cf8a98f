"""What happens to a wave that comes twice, comes late, or comes with other groups."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.again import audit_wave, waves
from pipelines.flow import Decided, Source, import_wave, look, publish_wave, read_calendar
from pipelines.ground.errors import Refused
from pipelines.ground.messages import explain
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Cell, Level
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import Dimension, load_instrument
from pipelines.instruments.rules import Crosswalk
from pipelines.vault import store as vault
from pipelines.vault.archive import read_frozen
from tests.homes import fixed

REASON = {"reason_nl": "Herindeling.", "reason_en": "Redivision."}


def _roster(folder: Path, wave: str, regions: list[str], first: int = 0) -> Path:
    """Twenty leaders per region on the roster of one wave."""
    rows = [f"{wave},k{first + i},s{i},{regions[i // 20]},2-5" for i in range(20 * len(regions))]
    path = folder / f"roster_{wave}.csv"
    path.write_text("wave,leader_key,school_key,region,experience_band\n" + "\n".join(rows))
    return path


def _export(folder: Path, wave: str, leaders: range, day: str = "2026-07-08", answer: str = "yes") -> Path:
    path = folder / f"responses_{wave}.csv"
    rows = [f"k{i},{day},{answer if i % 3 else 'no'},{1 + i % 5},{1 + i % 4}" for i in leaders]
    path.write_text("leader_key,submitted,rock_emotional,stress_1,stress_2\n" + "\n".join(rows))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return fixed(tmp_path / "home")


def _log(home: Home) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home.vault / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_same_file_twice_changes_nothing_and_is_told(home: Home, tmp_path: Path) -> None:
    source = Source(_export(tmp_path, "2026Q3", range(30)), "2026Q3", roster=_roster(tmp_path, "2026Q3", ["Noord"] * 2))
    assert import_wave(home, source).standing == "new"
    before = (home.vault / "waves" / "2026Q3.duckdb").read_bytes()
    assert look(home, source).standing == "known"
    assert import_wave(home, source).standing == "known"
    assert (home.vault / "waves" / "2026Q3.duckdb").read_bytes() == before
    assert [line["standing"] for line in _log(home) if line["command"] == "import"] == ["new", "known"]


def test_other_content_replaces_an_unpublished_wave_only_when_told_to(home: Home, tmp_path: Path) -> None:
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(9)), "2026Q3"))
    more = _export(tmp_path, "2026Q3", range(12))
    assert look(home, Source(more, "2026Q3")).standing == "differs"
    with pytest.raises(Refused, match="wave_differs"):
        import_wave(home, Source(more, "2026Q3"))
    assert vault.read(home, Wave("2026Q3"), "answers").height == 9
    import_wave(home, Source(more, "2026Q3", replace=True))
    assert vault.read(home, Wave("2026Q3"), "answers").height == 12


def test_the_same_export_with_another_roster_is_not_the_same_import(home: Home, tmp_path: Path) -> None:
    export = _export(tmp_path, "2026Q3", range(20))
    import_wave(home, Source(export, "2026Q3", roster=_roster(tmp_path, "2026Q3", ["Noord"])))
    with pytest.raises(Refused, match="wave_differs"):
        import_wave(home, Source(export, "2026Q3", roster=_roster(tmp_path, "2026Q3", ["Oost"])))


def test_answers_after_the_publication_are_kept_as_late_rows_and_change_no_figure(home: Home, tmp_path: Path) -> None:
    roster = _roster(tmp_path, "2026Q3", ["Noord", "Oost"])
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(30)), "2026Q3", roster=roster))
    publish_wave(home, Wave("2026Q3"))
    cells = read_frozen(home, "2026Q3-1", Cell)
    all_forty = Source(_export(tmp_path, "2026Q3", range(45), answer="no"), "2026Q3")  # five are on no roster

    with pytest.raises(Refused, match="wave_published"):
        import_wave(home, Source(all_forty.file, "2026Q3", replace=True))
    late = import_wave(home, all_forty)
    assert (late.standing, late.late, late.answers.height) == ("late", 10, 10)
    assert late.rejected["rule"].value_counts().sort("rule").rows() == [("already_counted", 30), ("not_on_roster", 5)]
    assert import_wave(home, all_forty).standing == "known"
    assert vault.read_late(home, Wave("2026Q3"), "answers")["region"].to_list() == ["Oost"] * 10
    assert vault.read_late(home, Wave("2026Q3"), "scores").height == 10
    assert waves(home)[0] | {"rows": 30, "late": 10} == waves(home)[0]

    again = import_wave(home, Source(_export(tmp_path, "2026Q3", range(38, 40)), "2026Q3"))
    assert again.late == 2
    assert waves(home)[0]["late"] == 10  # the same two leaders: what they sent last counts
    assert vault.read(home, Wave("2026Q3"), "answers").height == 30
    assert read_frozen(home, "2026Q3-1", Cell).equals(cells)
    assert audit_wave(home, PublicationId("2026Q3-1")).undecided == 0


def test_a_late_file_with_nobody_new_is_refused(home: Home, tmp_path: Path) -> None:
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(30)), "2026Q3"))
    publish_wave(home, Wave("2026Q3"))
    with pytest.raises(Refused, match="wave_published"):
        import_wave(home, Source(_export(tmp_path, "2026Q3", range(30), answer="no"), "2026Q3"))
    assert not list(home.vault.glob("late/*"))


def test_a_late_file_without_keys_is_refused_for_nobody_can_tell_who_is_new(home: Home, tmp_path: Path) -> None:
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(30)), "2026Q3"))
    publish_wave(home, Wave("2026Q3"))
    bare = tmp_path / "bare.csv"
    bare.write_text("rock_emotional\nyes\n")
    with pytest.raises(Refused, match="late_without_keys"):
        import_wave(home, Source(bare, "2026Q3"))


def test_early_late_and_broken_off_answers_are_counted(home: Home, tmp_path: Path) -> None:
    (tmp_path / "waves.csv").write_text("wave,opens,closes\n2026Q3,2026-07-06,2026-07-20\n")
    file = tmp_path / "export.csv"
    file.write_text(
        "leader_key,submitted,rock_emotional,stress_1\na,2026-07-01,yes,3\nb,2026-07-08,yes,\nc,2026-08-01,no,2\n"
    )
    imported = import_wave(home, Source(file, "2026Q3"))
    assert (imported.early, imported.late, imported.partial) == (1, 1, 1)


@pytest.mark.parametrize("days", ["wave,opens\n2026Q3,2026-07-06\n", "wave,opens,closes\n2026Q3,6 juli,2026-07-20\n",
                                  "wave,opens,closes\n2026Q3,2026-07-20,2026-07-06\n"])  # fmt: skip
def test_a_waves_file_that_cannot_be_read_is_refused(home: Home, tmp_path: Path, days: str) -> None:
    (tmp_path / "waves.csv").write_text(days)
    with pytest.raises(Refused, match="waves_file") as refusal:
        import_wave(home, Source(_export(tmp_path, "2026Q3", range(9)), "2026Q3"))
    assert "opens" in explain("nl", refusal.value)


def test_a_calendar_without_its_columns_is_told_by_those_it_has(tmp_path: Path) -> None:
    (tmp_path / "waves.csv").write_text("meting,opens\n2026Q3,2026-07-06\n")
    with pytest.raises(Refused, match="waves_file_columns") as refusal:
        read_calendar(tmp_path / "waves.csv")
    assert "meting, opens" in explain("nl", refusal.value)


@pytest.mark.parametrize(("first", "second"), [("2026Q3", "2026Q4"), ("2026Q2", "2026Q3")])
def test_another_spelling_of_a_region_is_refused_with_the_old_one(
    home: Home, tmp_path: Path, first: str, second: str
) -> None:
    """Within a school year, and at the start of the next."""
    old = _roster(tmp_path, first, ["Friesland", "Drenthe"])
    import_wave(home, Source(_export(tmp_path, first, range(40)), first, roster=old))
    new = _roster(tmp_path, second, ["Fryslân", "Drenthe"])
    with pytest.raises(Refused) as refusal:
        import_wave(home, Source(_export(tmp_path, second, range(40)), second, roster=new))
    assert refusal.value.rule == "unknown_level"
    assert refusal.value.where == {"column": "region", "level": "Fryslân", "suggestion": "Friesland"}
    assert vault.stored_waves(home) == [first]


def test_a_region_that_is_new_in_the_year_is_refused_and_one_that_is_new_in_a_new_year_is_asked_about(
    home: Home, tmp_path: Path
) -> None:
    old = _roster(tmp_path, "2026Q3", ["Friesland", "Drenthe"])
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(40)), "2026Q3", roster=old))
    for wave, rule in (("2026Q4", "unknown_level"), ("2027Q3", "new_level")):
        new = Source(
            _export(tmp_path, wave, range(60)),
            wave,
            roster=_roster(tmp_path, wave, ["Friesland", "Drenthe", "Zeeland"]),
        )
        with pytest.raises(Refused, match=rule):
            import_wave(home, new)
    assert import_wave(home, replace(new, decided=Decided(accept=("region",)))).answers.height == 60


def _with_crosswalk(folder: Path, since: str, old: str, new: list[str]) -> Path:
    """The built-in dimensions with one change of region added."""
    text = (INSTRUMENTS / "dimensions.toml").read_text(encoding="utf-8")
    change = f"""
[[dimension.crosswalk]]
since = {since}
old = "{old}"
new = {json.dumps(new, ensure_ascii=False)}
reason_nl = "Herindeling."
reason_en = "Redivision."

"""
    head, rest = text.split('[[dimension]]\ncode = "experience_band"')
    folder.mkdir(exist_ok=True)
    (folder / "dimensions.toml").write_text(f'{head}{change}[[dimension]]\ncode = "experience_band"{rest}')
    return folder


def test_a_split_region_keeps_the_old_one_as_parent_and_old_waves_are_not_cut_anew(home: Home, tmp_path: Path) -> None:
    old = _roster(tmp_path, "2026Q3", ["Friesland", "Drenthe"])
    import_wave(home, Source(_export(tmp_path, "2026Q3", range(40)), "2026Q3", roster=old))
    publish_wave(home, Wave("2026Q3"))
    before = read_frozen(home, "2026Q3-1", Level)
    own = _with_crosswalk(tmp_path / "own", "2026-10-01", "Friesland", ["Friesland-Noord", "Friesland-Zuid"])
    split = _roster(tmp_path, "2026Q4", ["Friesland-Noord", "Drenthe", "Friesland-Zuid"])
    import_wave(home, Source(_export(tmp_path, "2026Q4", range(60)), "2026Q4", roster=split, instruments=own))
    publish_wave(home, Wave("2026Q4"))
    levels = read_frozen(home, "2026Q4-1", Level).filter(dimension="region").select("level", "coarse").rows()
    assert sorted(levels) == [
        ("Drenthe", "Drenthe"), ("Friesland-Noord", "Friesland"), ("Friesland-Zuid", "Friesland")
    ]  # fmt: skip
    assert read_frozen(home, "2026Q3-1", Level).equals(before)
    assert set(vault.read(home, Wave("2026Q3"), "roster")["region"]) == {"Friesland", "Drenthe"}


def test_after_a_new_name_the_old_one_is_refused_and_before_it_the_new_one_is(home: Home, tmp_path: Path) -> None:
    own = _with_crosswalk(tmp_path / "own", "2026-10-01", "Friesland", ["Fryslân"])

    def bring(wave: str, region: str) -> None:
        roster = _roster(tmp_path, wave, [region, "Drenthe"])
        import_wave(home, Source(_export(tmp_path, wave, range(40)), wave, roster=roster, instruments=own))

    bring("2026Q2", "Friesland")
    with pytest.raises(Refused, match="Friesland"):
        bring("2026Q3", "Fryslân")
    bring("2026Q3", "Friesland")
    with pytest.raises(Refused, match="Fryslân"):
        bring("2026Q4", "Friesland")
    bring("2026Q4", "Fryslân")
    assert vault.stored_waves(home) == ["2026Q2", "2026Q3", "2026Q4"]


def test_crosswalks_follow_each_other_and_keep_the_declared_order() -> None:
    region = Dimension(
        code="region", nl="Regio", en="Region", levels=("A", "B", "C"),
        crosswalk=(
            Crosswalk(since=dt.date(2026, 1, 1), old="B", new=("B1", "B2"), **REASON),
            Crosswalk(since=dt.date(2027, 1, 1), old="B2", new=("B2x", "B2y"), **REASON),
        ),
    )  # fmt: skip
    assert region.on(dt.date(2025, 12, 31)).levels == ("A", "B", "C")
    assert region.on(dt.date(2026, 1, 1)).levels == ("A", "B1", "B2", "C")
    later = region.on(dt.date(2027, 1, 1))
    assert later.levels == ("A", "B1", "B2x", "B2y", "C")
    assert later.coarse == {"B1": "B", "B2": "B", "B2x": "B", "B2y": "B"}


def test_a_part_of_a_region_that_was_too_small_stays_in_the_merged_group() -> None:
    from pipelines.counting.groups import Structure

    instrument = load_instrument()
    region = instrument.dimensions[0].model_copy(
        update={"crosswalk": (Crosswalk(since=dt.date(2026, 1, 1), old="West", new=("W1", "W2"), **REASON),)}
    )
    changed = instrument.model_copy(update={"dimensions": (region, *instrument.dimensions[1:])})
    merged = {"Noord": "Noord", "Oost": "Oost + West", "West": "Oost + West"}
    structure = Structure(50, 40, {"region": merged}, ()).with_crosswalks(changed)
    assert structure.merges["region"] == merged | {"W1": "Oost + West", "W2": "Oost + West"}
    assert structure.merges["region_coarse"]["W1"] == "Oost + West"
