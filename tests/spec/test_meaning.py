"""What a figure means stands in the instrument: which way is better, topic and roles; what cannot be is refused."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from pipelines.counting import Record, flag_leaders
from pipelines.ground.errors import Refused
from pipelines.ground.language import CARRIED
from pipelines.ground.messages import explain
from pipelines.ground.schemas import Dictionary, up_to_date
from pipelines.ground.settings import INSTRUMENTS, ROOT
from pipelines.instruments import Instrument, earlier_meaning, load_instrument, meaning_of
from pipelines.instruments.meaning import ADVICE, FIELDS, FIXED_ROLES, STEPS, TOPICS, roles_of_attributes
from pipelines.publication.earlier import with_meaning
from pipelines.publication.states import rock_states
from pipelines.publication.tables import dictionary_table
from pipelines.vault.versions import NEWEST, upgraded

MANUAL = (ROOT / "docs" / "instruments.md").read_text(encoding="utf-8")
NO_LEVELS = pl.DataFrame(schema={"dimension": pl.String, "level": pl.String})


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


def own(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """A steward's copy of one shipped file with texts replaced, each there to be replaced."""
    text = (INSTRUMENTS / file).read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


# --- what counting and models take from it --------------------------------------------------------------

OTHERWISE = ROOT / "tests" / "instruments" / "otherwise"


def test_the_rule_place_and_starters_are_found_by_their_roles(instrument: Instrument) -> None:
    other = load_instrument(OTHERWISE)
    assert instrument.rule_scales == ("stress", "support")
    assert other.rule_scales == ("pressure", "backing")
    assert [one.dimension_in("place") for one in (instrument, other)] == ["region", "district"]
    assert [one.starters for one in (instrument, other)] == [("experience_band", "0-1"), ("tenure", "new")]
    without = instrument.model_copy(update={"dimensions": (), "attributes": ()})
    assert (without.dimension_in("place"), without.starters, without.rule_scales) == (None, None, ("stress", "support"))


def test_flags_look_at_the_scales_behind_the_roles(instrument: Instrument) -> None:
    scores = pl.DataFrame({"leader_key": ["a", "b"], "pressure": [75_000, 25_000], "backing": [25_000, 75_000]})
    thresholds = instrument.threshold_values(dt.date(2026, 7, 1))
    flags = flag_leaders(scores, None, thresholds, load_instrument(OTHERWISE).rule_scales)
    assert flags["is_flagged"].to_list() == [True, False]


@pytest.mark.parametrize(("now", "broken"), [(["north", "south"], []), (["north", "river"], ["region_split"])])
def test_places_that_no_wave_before_had_break_the_trend_whatever_they_are_called(
    now: list[str], broken: list[str]
) -> None:
    instrument = load_instrument(OTHERWISE)

    def wave(places: list[str]) -> Any:
        return SimpleNamespace(
            instrument=instrument, about={"columns_asked": []}, roster=pl.DataFrame({"district": places})
        )

    assert Record((wave(["north", "south"]), wave(now))).breaks() == broken


# --- what the shipped instrument says ------------------------------------------------------------------


def test_every_attribute_and_scale_says_which_way_is_better_and_its_topic(instrument: Instrument) -> None:
    for thing in (*instrument.attributes, *instrument.scales):
        assert thing.higher_is in ("better", "worse"), thing.code
        assert thing.topic in TOPICS, thing.code


def test_every_role_is_played_and_every_pillar_has_its_three_steps(instrument: Instrument) -> None:
    played = [role for attribute in instrument.attributes for role in attribute.roles]
    assert set(played) == set(roles_of_attributes(instrument))
    for pillar in instrument.pillars:
        for step in STEPS:
            assert instrument.measure_in(f"pillar:{pillar.code}:{step}") == f"{pillar.code}_{step}"
    held = {role for dimension in instrument.dimensions for role in dimension.roles}
    assert held == {"place", "years", "board", "school:1", "school:2", "school:3", "school:4"}


def test_more_of_a_positive_figure_is_better_in_the_outcome_class_too(instrument: Instrument) -> None:
    asks = instrument.attribute("asks_in_time")
    assert (asks.publication_class, asks.higher_is) == ("outcome", "better")


def test_what_a_figure_means_is_no_rule_of_publication(instrument: Instrument) -> None:
    day, silent = dt.date(2026, 9, 1), {"higher_is": None, "topic": None, "roles": ()}
    attributes = tuple(one.model_copy(update=silent) for one in instrument.attributes)
    dimensions = tuple(one.model_copy(update={"roles": ()}) for one in instrument.dimensions)
    changed = instrument.model_copy(update={"attributes": attributes, "dimensions": dimensions})
    assert changed.fingerprint(day) == instrument.fingerprint(day)


def test_the_manual_explains_every_topic_role_and_advice() -> None:
    for word in (*TOPICS, *STEPS, *ADVICE, *FIXED_ROLES, "map:unknown", "place", "years"):
        assert f"`{word}`" in MANUAL, word


# --- what a steward's instrument may leave out ---------------------------------------------------------


def test_an_instrument_that_says_nothing_of_meaning_goes_by_its_scales_and_classes(instrument: Instrument) -> None:
    silent = {"higher_is": None, "topic": None, "roles": ()}
    attributes = tuple(one.model_copy(update=silent) for one in instrument.attributes)
    bare = instrument.model_copy(update={"attributes": attributes})
    meant = {one.code: meaning_of(bare, one) for one in attributes}
    assert meant["asks_in_time"].higher_is == "better"  # at least a cut-off on a scale of which more is better
    assert meant["low_support"].higher_is == "worse"  # at most a cut-off on such a scale
    assert meant["at_risk"].higher_is == "worse"  # of no scale: its class
    assert meant["has_rock"].higher_is == "better"
    assert (meant["has_rock"].topic, meant["asks_in_time"].topic) == ("support", "strain")
    assert {meaning.roles for meaning in meant.values()} == {()}


def test_a_file_without_any_role_loads(tmp_path: Path) -> None:
    lines = (INSTRUMENTS / "attributes.toml").read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if not line.startswith(("higher_is", "topic", "roles"))]
    (tmp_path / "attributes.toml").write_text("\n".join(bare), encoding="utf-8")
    loaded = load_instrument(tmp_path)
    words = dictionary_table(loaded, NO_LEVELS).filter(pl.col("kind") == "measure")
    assert words["roles"].null_count() == words.height
    assert words["higher_is"].null_count() == words["topic"].null_count() == 0


# --- what cannot be ------------------------------------------------------------------------------------

ROCK = 'roles = ["headline", "rock:emotional"]'
REFUSED = {
    "a topic nobody knows": ("attributes.toml", [('topic = "strain"', 'topic = "strian"')], "instrument_reference",
                             {"word": "strian", "suggestion": "strain"}),
    "a topic of a scale": ("scales/stress.toml", [('topic = "strain"', 'topic = "stress"')], "instrument_reference",
                           {"file": "scales/stress.toml", "key": "scale.topic"}),
    "a role nobody knows": ("attributes.toml", [(ROCK, 'roles = ["headlines"]')], "instrument_reference",
                            {"key": "attribute.rock_emotional.roles", "suggestion": "headline"}),
    "a step of a pillar that is not asked": (
        "attributes.toml", [("pillar:buddy:used", "pillar:budy:used")], "instrument_reference",
        {"word": "budy", "suggestion": "buddy"},
    ),
    "a step no pillar has": ("attributes.toml", [("pillar:buddy:used", "pillar:buddy:use")], "instrument_reference",
                             {"word": "pillar:buddy:use", "suggestion": "pillar:buddy:used"}),
    "an advice nobody gives": ("attributes.toml", [("advice:asking", "advice:askin")], "instrument_reference",
                               {"suggestion": "advice:asking"}),
    "a role of a dimension nobody knows": ("dimensions.toml", [('roles = ["years"]', 'roles = ["year"]')],
                                           "instrument_reference", {"key": "experience_band.roles"}),
    "two leads": ("attributes.toml", [(ROCK, 'roles = ["lead", "rock:emotional"]')], "instrument_role_twice",
                  {"role": "lead", "first": "rock_emotional", "second": "has_rock"}),
    "two measures of one advice": ("attributes.toml", [("advice:network", "advice:buddy_monthly")],
                                   "instrument_role_twice", {"role": "advice:buddy_monthly"}),
    "two dimensions of years": ("dimensions.toml", [('roles = ["school:1"]', 'roles = ["years"]')],
                                "instrument_role_twice", {"file": "dimensions.toml"}),
    "a rock without its other half": ("attributes.toml", [('roles = ["rock:instrumental"]\n', "")],
                                      "instrument_role_alone", {"lacking": "rock:instrumental"}),
    "a need without what there is": ("attributes.toml", [(', "need:little"]', "]")], "instrument_role_alone",
                                     {"role": "need:unmet", "lacking": "need:little"}),
    "a map with a field missing": ("attributes.toml", [('roles = ["map:low:low"]\n', "")], "instrument_role_alone",
                                   {"lacking": "map:low:low"}),
    "a map that leaves leaders out": (
        "attributes.toml", [('roles = ["map:unknown"]\n', "")], "instrument_map", {"role": "map:high:low"},
    ),
    "any rock that is one of them": (
        "attributes.toml",
        [('any_of = ["rock_emotional", "rock_instrumental"]', 'any_of = ["rock_emotional"]')],
        "instrument_role_made", {"made": 'any_of = ["rock_emotional", "rock_instrumental"]'},
    ),
    "unmet need that is either": ("attributes.toml", [('all_of = ["high_need", "low_support"]',
                                                       'any_of = ["high_need", "low_support"]')],
                                  "instrument_role_made", {"made": 'all_of = ["high_need", "low_support"]'}),
    "a thought in the way that is welcome": (
        "attributes.toml", [('roles = ["asks", ', 'roles = ["belief", ')],
        "instrument_role_side", {"role": "belief", "side": "worse"},
    ),
    "more support that would be worse": (
        "attributes.toml", [('higher_is = "worse"\ntopic = "strain"\nroles = ["risk:support", "need:little"]',
                             'higher_is = "better"\ntopic = "strain"')],
        "instrument_side", {"key": "attribute.low_support", "scale": "support"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence_with_file_and_code(what: str, tmp_path: Path) -> None:
    file, changes, rule, where = REFUSED[what]
    if file.startswith("scales/"):
        shutil.copytree(INSTRUMENTS / "scales", tmp_path / "scales")
    with pytest.raises(Refused) as refusal:
        load_instrument(own(tmp_path, file, *changes))
    assert refusal.value.rule == rule
    assert refusal.value.where["file"] == where.get("file", file)
    assert {name: refusal.value.where[name] for name in where} == where
    for lang in CARRIED:
        sentence = explain(lang, refusal.value)
        assert sentence.startswith(file)
        assert "\n" not in sentence


# --- homes of before -----------------------------------------------------------------------------------


def test_a_stored_instrument_of_before_reads_as_the_shipped_one(instrument: Instrument) -> None:
    raw = instrument.model_dump(mode="json", by_alias=True)
    for one in raw["attributes"]:
        del one["higher_is"], one["topic"], one["roles"]
    for one in raw["scales"]:
        del one["topic"]
    for one in raw["dimensions"]:
        del one["roles"]
    facts = upgraded({"schema_version": 3, "wave": "2026Q3", "instrument": raw})
    assert facts["schema_version"] == NEWEST
    assert Instrument.model_validate(facts["instrument"]) == instrument


def test_a_figure_of_before_with_a_code_of_its_own_goes_by_its_class() -> None:
    assert earlier_meaning("measure", "thrives", "outcome").higher_is == "worse"
    assert earlier_meaning("measure", "thrives", "coverage").higher_is == "better"
    assert earlier_meaning("measure", "lonely", "coverage").higher_is == "better"  # the code, but another figure
    assert earlier_meaning("measure", "thrives", None).higher_is is None
    assert earlier_meaning("dimension", "experience_band", None).roles == ("years",)


def test_a_dictionary_frozen_before_gets_its_meaning_when_it_is_bundled(instrument: Instrument) -> None:
    whole = dictionary_table(instrument, NO_LEVELS)
    old = whole.drop("higher_is", "topic", "roles").with_columns(code=pl.col("code").replace("leaving", "thrives"))
    frozen = up_to_date(Dictionary, old)
    classes = {"lonely": "outcome", "has_rock": "coverage", "thrives": "outcome"}
    cell = pl.DataFrame({"measure": list(classes), "class": list(classes.values())})
    mean = pl.DataFrame({"scale": ["stress"], "class": ["outcome"]})
    found = with_meaning(frozen, cell, mean)
    assert found.columns == whole.columns
    assert found.filter(pl.col("code") != "thrives").equals(whole.filter(pl.col("code") != "leaving"))
    (own_figure,) = found.filter(pl.col("code") == "thrives").to_dicts()
    assert (own_figure["higher_is"], own_figure["topic"], own_figure["roles"]) == ("worse", "strain", None)
    assert with_meaning(whole, cell, mean) is whole


def test_without_rocks_there_are_no_states_of_them(instrument: Instrument) -> None:
    bare = instrument.model_copy(update={"attributes": ()})
    columns = ("publication", "wave", "table_id", "dim_1", "level_1", "dim_2", "level_2", "measure", "status")
    cell = pl.DataFrame(
        schema={**dict.fromkeys(columns, pl.String), **dict.fromkeys(("way", "n", "lo", "hi"), pl.Int32)}
    )
    assert rock_states(cell, bare).is_empty()
    assert len(FIELDS) == 9
