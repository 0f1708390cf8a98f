"""For the survey researcher: what the shipped instrument promises, and that the manual's example loads."""

from __future__ import annotations

import datetime as dt
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from pipelines.ground.errors import Refused
from pipelines.ground.settings import INSTRUMENTS, ROOT
from pipelines.instruments import Instrument, load_instrument, rules
from pipelines.instruments import model as shapes
from pipelines.instruments.profile import Profile, Rows
from pipelines.intake.layout import our_columns
from pipelines.protection.logic import logic_of

MANUAL = ROOT / "docs" / "instruments.md"
BLOCK = re.compile(r"^\*\*`(?P<file>[\w/]+\.toml)`\*\*\n\n```toml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

ITEMS = {
    "support_emotional": 2,
    "support_instrumental": 2,
    "stress": 3,
    "exhaustion": 2,
    "turnover_intention": 1,
    "loneliness": 2,
    "need_for_support": 2,
    "help_seeking": 2,
    "belief_no_good_leader": 1,
    "belief_burden_team": 1,
    "belief_find_myself": 1,
    "belief_lose_control": 1,
    "openness": 2,
    "network_building": 1,
    "sharing": 1,
}
REVERSED = {"stress_2", "exhaustion_2", "help_seeking_2"}
PILLARS = ["buddy", "mentor", "external_coach", "peer_network", "board_talks", "sounding_board"]
COVERAGE = ["has_rock", "rock_emotional", "rock_instrumental", *(f"{pillar}_used" for pillar in PILLARS)]
REACHED = [f"{pillar}_{how}" for pillar in PILLARS for how in ("available", "good")]
OUTCOMES = ["low_support", "high_stress", "at_risk", "unmet_need", "lonely", "leaving"]
MAP = [f"map_{stress}_{support}" for stress in ("high", "middle", "low") for support in ("low", "middle", "high")]
AROUND_RISK = ["watch", "overload", "high_need", *MAP, "map_unknown"]
ASKING = [f"holds_{belief}" for belief in ("no_good_leader", "burden_team", "find_myself", "lose_control")]
ASKING += ["asks_in_time", "open_climate", "builds_network", "knows_with_whom"]
NOT_PUBLISHED = ["stress_persists", "support_persists", "heavy_stress"]  # steps on the way to others
WORDS = [
    "leader", "wave", "scale", "item", "answer", "score",
    "support_pillar", "rock", "has_rock", "covered", "coverage", "experience_band",
    "flag", "at_risk", "cell", "margin", "leaders", "minimum_cell",
    "withheld", "vault", "publication", "snapshot", "steward", "desk",
    "starter", "available", "used", "good_enough", "need_versus_have", "coverage_class",
    "outcome_class", "pseudonymous", "promise", "sounding_board",
]  # fmt: skip
SIX = {"region", "experience_band", "role", "school_type", "school_size", "denomination"}
FIVE = {
    frozenset(pair.split())
    for pair in (
        "region experience_band",
        "region school_type",
        "experience_band role",
        "region role",
        "school_type experience_band",
    )
}
BOARDS = {frozenset(("board", other)) for other in ("experience_band", "role", "school_type")}
# docs/privacy.md, rules 1 and 4: expected from, one-way, two-way, width for coverage and for outcomes
TIERS = [
    (0, set(), set(), 5),
    (25, {"region", "experience_band", "role"}, set(), 3),
    (40, SIX, set(), 3),
    (80, SIX, FIVE, 3),
    (150, SIX, FIVE, 3),
    (300, SIX | {"board"}, FIVE, 3),
    (1000, SIX | {"board"}, FIVE | BOARDS, 3),
]


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a reader of the manual would have made."""
    folder = tmp_path_factory.mktemp("circle")
    for block in BLOCK.finditer(MANUAL.read_text(encoding="utf-8")):
        file = folder / block["file"]
        file.parent.mkdir(exist_ok=True)
        file.write_text(block["text"], encoding="utf-8")
    return folder


def named(instrument: Instrument) -> list[rules.Named | shapes.Word]:
    rocks = [*instrument.rocks, *(who for rock in instrument.rocks for who in rock.who)]
    return [
        *instrument.words,
        *instrument.pillars,
        *rocks,
        *instrument.scales,
        *instrument.attributes,
        *instrument.dimensions,
    ]


# --- the questionnaire ---------------------------------------------------------------------------------


def test_klankbord_24_has_24_items_in_the_agreed_scales(instrument: Instrument) -> None:
    assert {scale.code: len(scale.items) for scale in instrument.scales if scale.items} == ITEMS
    assert sum(ITEMS.values()) == 24


def test_every_item_is_named_after_its_scale_and_stands_in_both_languages(instrument: Instrument) -> None:
    for scale in instrument.scales:
        assert [item.code for item in scale.items] == [f"{scale.code}_{i + 1}" for i in range(len(scale.items))]
        for item in scale.items:
            assert item.nl.endswith(".")
            assert item.en.endswith(".")
            assert item.nl != item.en


def test_every_item_is_short_and_no_two_are_alike(instrument: Instrument) -> None:
    items = [item for scale in instrument.scales for item in scale.items]
    for item in items:
        for text, joined in ((item.nl, r"\b(en|of)\b"), (item.en, r"\b(and|or)\b")):
            assert len(text.split()) <= 16, text
            assert not re.search(joined, text), f"two ideas? {text}"
    assert len({item.nl for item in items}) == len({item.en for item in items}) == len(items)


def test_exactly_the_stated_items_are_reversed(instrument: Instrument) -> None:
    assert {item.code for scale in instrument.scales for item in scale.items if item.reversed} == REVERSED


def test_a_scale_has_one_label_per_answer_in_both_languages(instrument: Instrument) -> None:
    for scale in instrument.scales:
        answers = 0 if scale.composite else scale.max - scale.min + 1
        assert len(scale.labels_nl) == len(scale.labels_en) == answers, scale.code
        assert len(set(scale.labels_nl)) == len(set(scale.labels_en)) == answers, scale.code


def test_support_is_the_mean_of_both_kinds(instrument: Instrument) -> None:
    composites = {scale.code: set(scale.composite) for scale in instrument.scales if scale.composite}
    assert composites == {"support": {"support_emotional", "support_instrumental"}}


def test_the_six_pillars_and_two_rocks_are_asked_in_both_languages(instrument: Instrument) -> None:
    assert [pillar.code for pillar in instrument.pillars] == PILLARS
    assert [pillar.code for pillar in instrument.pillars if pillar.asks_monthly] == [
        "buddy",
        "mentor",
        "board_talks",
    ]
    assert [rock.code for rock in instrument.rocks] == ["emotional", "instrumental"]
    questions = [(asked.question_nl, asked.question_en) for asked in instrument.pillars]
    questions += [(asked.question_nl, asked.question_en) for asked in instrument.rocks]
    assert all(nl.endswith("?") and en.endswith("?") for nl, en in questions)
    assert all(len(rock.who) > 1 for rock in instrument.rocks)


# --- words ---------------------------------------------------------------------------------------------


def test_no_two_words_have_one_code(instrument: Instrument) -> None:
    codes = [word.code for word in instrument.words]
    assert len(codes) == len(set(codes))


def test_a_word_of_the_glossary_is_not_said_again_where_a_thing_has_that_name(instrument: Instrument) -> None:
    things = {t.code for t in (*instrument.attributes, *instrument.scales, *instrument.pillars, *instrument.dimensions)}
    assert things.isdisjoint(word.code for word in instrument.words)


def test_the_words_that_must_mean_one_thing_are_explained_in_both_languages(instrument: Instrument) -> None:
    things = {t.code: t for t in named(instrument)}
    for code in WORDS:
        assert things[code].definition_nl, code
        assert things[code].definition_en, code


def test_everything_with_a_name_has_it_in_both_languages(instrument: Instrument) -> None:
    for thing in named(instrument):
        assert thing.nl, thing.code
        assert thing.en, thing.code
        assert bool(thing.definition_nl) == bool(thing.definition_en), thing.code


def test_everything_but_a_source_of_support_says_where_it_comes_from(instrument: Instrument) -> None:
    who = {id(who) for rock in instrument.rocks for who in rock.who}
    assert all(thing.source for thing in named(instrument) if id(thing) not in who)
    assert all(threshold.source for threshold in instrument.thresholds)


def test_nothing_is_called_anonymous() -> None:
    tools = {"refusals.toml", *(file.name for file in INSTRUMENTS.glob("exports/*.toml"))}  # these quote survey tools
    ours = [file for file in INSTRUMENTS.glob("**/*.toml") if file.name not in tools]
    for file in ours:
        assert not re.search(r"anonie?m|anonym", file.read_text(encoding="utf-8"), re.IGNORECASE), file.name


# --- cut-offs, rules, plan -----------------------------------------------------------------------------


def test_every_cut_off_falls_between_attainable_scores_and_no_two_are_the_same(
    instrument: Instrument,
) -> None:
    def of_items(count: int) -> set[float]:
        """All scores, skipped items included: half of the items, rounded up, must be answered."""
        least = (count + 1) // 2
        return {
            100 * (sum(given) / len(given) - 1) / 4
            for answered in range(least, count + 1)
            for given in product(range(1, 6), repeat=answered)
        }

    parts = of_items(ITEMS["support_emotional"]), of_items(ITEMS["support_instrumental"])
    scores = {scale.code: of_items(ITEMS[scale.code]) for scale in instrument.scales if scale.items}
    scores["support"] = {(a + b) / 2 for a, b in product(*parts)}
    chosen = []
    for threshold in instrument.thresholds:
        reach = scores[threshold.scale]
        above = threshold.direction == "at_least"
        hit = frozenset(s for s in reach if (s >= threshold.value if above else s <= threshold.value))
        assert 0 < len(hit) < len(reach), threshold.code
        chosen.append((threshold.scale, hit))
    assert len(set(chosen)) == len(chosen)


def test_a_flag_persists_one_answer_step_beyond_its_cut_offs(instrument: Instrument) -> None:
    value = {threshold.code: threshold.value for threshold in instrument.thresholds}
    assert value["stress_persists"] <= 100 * 7 / 12 < value["high_stress"] <= 100 * 8 / 12
    assert value["low_support"] < 56.25 <= value["support_persists"] < 62.5


def test_every_measure_stands_in_the_tables_of_the_plan_in_its_class(instrument: Instrument) -> None:
    classes = {attribute.code: attribute.publication_class for attribute in instrument.attributes}
    outcomes = [*OUTCOMES, *AROUND_RISK, *ASKING, *NOT_PUBLISHED]
    promised = {**dict.fromkeys([*COVERAGE, *REACHED], "coverage"), **dict.fromkeys(outcomes, "outcome")}
    assert {code: classes[code] for code in promised} == promised
    tables = {planned.attribute: set(planned.tables) for planned in instrument.plan.measure}
    assert {code: tables[code] for code in promised if code in tables} == {
        **{code: {"total", "one_way", "two_way"} for code in COVERAGE},
        **{code: {"total", "one_way"} for code in ("rock_emotional", "rock_instrumental")},
        **{code: {"total", "experience_band"} for code in (*REACHED, *ASKING)},
        **{code: {"total", "region", "experience_band"} for code in OUTCOMES},
        **{code: {"total"} for code in AROUND_RISK},
    }


def test_no_outcome_is_ever_told_of_a_crossing_or_of_another_group_than_region_and_experience(
    instrument: Instrument,
) -> None:
    outcomes = {one.code for one in instrument.attributes if one.publication_class == "outcome"}
    tables = {planned.attribute: set(planned.tables) for planned in instrument.plan.measure}
    narrow = {"total", "region", "experience_band"}
    assert {code: tables[code] for code in outcomes & set(tables) if not tables[code] <= narrow} == {}


def test_no_group_has_a_mean_of_stress_or_support_because_its_share_at_risk_is_shown(instrument: Instrument) -> None:
    tables = {planned.scale: set(planned.tables) for planned in instrument.plan.mean}
    assert tables == {
        **{key: {"total"} for key in ["support", "stress", "exhaustion", "need_for_support"]},
        **{key: {"total", "experience_band"} for key in ["loneliness", "help_seeking", "openness"]},
    }


def test_the_map_puts_every_leader_in_one_field(instrument: Instrument) -> None:
    assert instrument.partitions["stress_support"].attributes == (*MAP, "map_unknown")
    members = [instrument.attribute(code) for code in (*MAP, "map_unknown")]
    logic = logic_of(instrument, members, [], instrument.threshold_values(dt.date(2026, 9, 1)))
    assert sorted(logic.patterns.tolist()) == sorted(np.eye(10, dtype=int).tolist())


def test_an_attribute_made_of_others_stands_below_them(instrument: Instrument, example: Path) -> None:
    for attributes in (instrument.attributes, load_instrument(example).attributes):
        order = [attribute.code for attribute in attributes]
        made = [(attribute.code, part) for attribute in attributes for part in attribute.parts()]
        assert made
        assert all(order.index(part) < order.index(code) for code, part in made)


def test_only_the_mentor_is_judged_among_starters(instrument: Instrument) -> None:
    eligible = {a.code: dict(a.eligible) for a in instrument.attributes if a.eligible}
    mentor = ["mentor_available", "mentor_used", "mentor_good"]
    assert eligible == {key: {"experience_band": ("0-1",)} for key in mentor}


def test_attributes_of_one_family_are_about_the_same_leaders(instrument: Instrument) -> None:
    groups: dict[str, set[str]] = {}
    for attribute in instrument.attributes:
        groups.setdefault(attribute.family, set()).add(str(attribute.eligible))
    assert all(len(found) == 1 for found in groups.values())


def test_the_plan_gives_each_size_of_board_the_tables_that_were_measured(instrument: Instrument) -> None:
    plan = [
        (
            t.expected_from,
            set(t.one_way),
            {frozenset(p) for p in t.two_way},
            t.width_coverage,
        )
        for t in instrument.plan.tier
    ]
    assert plan == TIERS
    assert {tier.width_share for tier in instrument.plan.tier} == {0.02}
    assert (instrument.plan.fine_cover, instrument.plan.cross_cover) == (0.75, 0.50)


def test_the_policy_is_the_measured_one_and_imports_no_outcomes(instrument: Instrument) -> None:
    (policy,) = instrument.policies
    assert (policy.k_coverage, policy.k_outcome, policy.m) == (5, 10, 2)
    assert (policy.open_limit, policy.expected_response) == (0.10, 0.70)
    assert policy.outcomes == ()


def test_every_dated_value_has_a_reason_in_both_languages(instrument: Instrument) -> None:
    for dated in (*instrument.policies, *instrument.thresholds, *instrument.targets):
        assert dated.reason_nl
        assert dated.reason_en
        assert dated.reason_nl != dated.reason_en


def test_targets_are_examples_and_none_is_set_on_how_leaders_feel(instrument: Instrument) -> None:
    assert {target.measure for target in instrument.targets} == set(COVERAGE)
    assert all("xample" in target.reason_en for target in instrument.targets)


# --- dimensions ----------------------------------------------------------------------------------------


def test_experience_bands_are_in_order_with_their_coarse_form(instrument: Instrument) -> None:
    band = instrument.dimension("experience_band")
    assert band is not None
    assert band.levels == ("0-1", "2-5", "6-10", "11-20", "21+")
    assert [band.coarse[level] for level in band.levels] == ["0-5", "0-5", "6+", "6+", "6+"]
    assert [band.first_apart[level] for level in band.levels] == ["0-1", "2+", "2+", "2+", "2+"]


def test_declared_levels_and_their_coarse_forms_have_labels_in_both_languages(instrument: Instrument) -> None:
    for dimension in instrument.dimensions:
        if dimension.levels:
            wanted = {*dimension.levels, *dimension.coarse.values(), *dimension.first_apart.values()}
            assert wanted == set(dimension.labels_nl) == set(dimension.labels_en), dimension.code


def test_a_coarse_form_gathers_neighbours_in_the_declared_order(instrument: Instrument) -> None:
    for dimension in instrument.dimensions:
        for form in (dimension.coarse, dimension.first_apart):
            parents = [form.get(level, level) for level in dimension.levels]
            runs = [parent for i, parent in enumerate(parents) if i == 0 or parents[i - 1] != parent]
            assert len(runs) == len(set(runs)), dimension.code


def test_the_school_is_never_a_dimension(instrument: Instrument) -> None:
    assert instrument.dimension("school") is None
    assert instrument.dimension("school_key") is None


# --- the manual ----------------------------------------------------------------------------------------


def test_the_example_of_the_manual_loads_as_it_is_printed(example: Path) -> None:
    circle = load_instrument(example)
    assert circle.about.code == "circle"
    assert [scale.code for scale in circle.scales] == ["emotional", "mood", "tangible"]
    assert [dimension.code for dimension in circle.dimensions] == ["age_band"]
    assert not circle.pillars
    assert not circle.rocks


def test_the_example_maps_its_export_onto_columns_the_instrument_knows(example: Path) -> None:
    circle = load_instrument(example)
    profile = next(profile for profile in circle.profiles if profile.code == "circle")
    known = {*circle.numbers(), *circle.choices(), *(dimension.code for dimension in circle.dimensions)}
    assert set(profile.columns.values()) == known
    assert circle.numbers()["emotional_total"] == (5, 25)


def test_the_cut_offs_of_the_example_select_the_totals_its_reasons_name(example: Path) -> None:
    circle = load_instrument(example)
    lowest = {"enough_emotional": 19, "enough_tangible": 15, "low_mood": 19}
    for threshold in circle.thresholds:
        scale = next(scale for scale in circle.scales if scale.code == threshold.scale)
        points = {x: 100 * (x - scale.min) / (scale.max - scale.min) for x in range(int(scale.min), int(scale.max) + 1)}
        assert min(x for x in points if points[x] >= threshold.value) == lowest[threshold.code]
        assert f"{lowest[threshold.code]} or more" in threshold.reason_en


def test_the_example_keeps_the_built_in_rules_and_its_groups_get_tables(example: Path) -> None:
    circle = load_instrument(example)
    assert circle.policies == load_instrument().policies
    assert circle.plan.tier_for(10).one_way == ()
    assert circle.plan.tier_for(95).one_way == ("age_band",)


def test_two_cut_offs_in_one_gap_are_refused(example: Path, tmp_path: Path) -> None:
    text = (example / "thresholds.toml").read_text(encoding="utf-8")
    twin = text.replace('"enough_emotional"', '"other"', 1).replace("value = 68", "value = 66", 1)
    own = tmp_path / "own"
    own.mkdir()
    (own / "thresholds.toml").write_text(text + "\n" + twin.split("\n\n")[0], encoding="utf-8")
    with pytest.raises(Refused, match="thresholds_collide"):
        load_instrument(example, own)


def test_every_question_has_a_reason_and_a_reason_for_nothing_is_refused(
    instrument: Instrument, tmp_path: Path
) -> None:
    reasons = [code for purpose in instrument.purposes for code in purpose.asks]
    assert sorted(reasons) == sorted(["pillars", "rocks", *ITEMS])
    assert all(purpose.definition_nl and purpose.definition_en for purpose in instrument.purposes)
    about = (INSTRUMENTS / "instrument.toml").read_text(encoding="utf-8")
    (tmp_path / "instrument.toml").write_text(about.replace('["loneliness"]', '["lonelyness"]'), encoding="utf-8")
    with pytest.raises(Refused, match="instrument_reference") as refusal:
        load_instrument(tmp_path)
    assert refusal.value.where["suggestion"] == "loneliness"


def test_for_whom_the_steward_works_is_no_rule_of_publication(instrument: Instrument) -> None:
    day = dt.date(2026, 9, 1)
    told = [policy.model_copy(update={"steward": "agency"}) for policy in instrument.policies]
    assert instrument.model_copy(update={"policies": tuple(told)}).fingerprint(day) == instrument.fingerprint(day)
    stricter = [policy.model_copy(update={"k_coverage": 6}) for policy in instrument.policies]
    assert instrument.model_copy(update={"policies": tuple(stricter)}).fingerprint(day) != instrument.fingerprint(day)


@pytest.mark.parametrize(
    "shape",
    [
        shapes.About, shapes.Word, shapes.Pillar, shapes.Rock, shapes.Question, shapes.Item, shapes.Scale,
        shapes.Attribute, shapes.Partition, rules.Purpose, rules.Threshold, rules.Target, rules.Policy, rules.Dimension,
        rules.Tier, rules.Block, rules.Draws, rules.Rung, rules.PlannedMeasure, rules.PlannedMean, rules.Plan,
        rules.Benchmark, Profile, Rows,
    ],
)  # fmt: skip
def test_the_manual_names_every_key_a_steward_may_write(shape: type[rules.Model]) -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    for code, field in shape.model_fields.items():
        key = {"items": "[[item]]"}.get(code, field.alias or code)
        assert f"`{key}" in manual or f"[{key}]" in manual or f".{key}]" in manual, f"{shape.__name__}.{key}"


@pytest.mark.parametrize(
    ("file", "right", "wrong", "key"),
    [
        ("exports/msforms.toml", "heads =", "heds =", "msforms.recognise.heds"),
        ("exports/msforms.toml", "dates =", "date =", "msforms.date"),
        ("publication.toml", "who =", "whos =", "tier.0.block.1.whos"),
    ],
)
def test_a_key_that_does_not_exist_is_told_with_the_nearest_one_of_its_own_table(
    tmp_path: Path, file: str, right: str, wrong: str, key: str
) -> None:
    text = (INSTRUMENTS / file).read_text(encoding="utf-8")
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(Refused, match="instrument_key_unknown") as refusal:
        load_instrument(tmp_path)
    assert (refusal.value.where["key"], refusal.value.where["suggestion"]) == (key, right.split()[0])


@pytest.mark.parametrize("line", ["fewest_pairs = 10", "repair_steps = [2, 4]"])
def test_a_rule_that_is_no_more_is_told_as_such_and_not_as_a_typing_error(tmp_path: Path, line: str) -> None:
    text = (INSTRUMENTS / "policy.toml").read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(f"{text}\n{line}\n", encoding="utf-8")
    with pytest.raises(Refused, match="instrument_key_gone"):
        load_instrument(tmp_path)


def test_a_plan_of_before_blocks_is_read_as_one_that_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "publication.toml").write_text(
        "fine_cover = 0.6\n"
        "[[tier]]\nexpected_from = 0\none_way = []\ntwo_way = []\n"
        "width_coverage = 5\nwidth_outcome = 5\nwidth_share = 0.02\n"
        '[[tier]]\nexpected_from = 25\none_way = ["region", "role"]\ntwo_way = [["region", "role"]]\n'
        "width_coverage = 3\nwidth_outcome = 5\nwidth_share = 0.03\n"
        '[[measure]]\nattribute = "has_rock"\ntables = ["total", "one_way", "two_way"]\n'
        '[[measure]]\nattribute = "watch"\ntables = ["total"]\naside = true\n',
        encoding="utf-8",
    )
    plan = load_instrument(tmp_path).plan
    assert [(tier.one_way, tier.two_way, tier.width_coverage, tier.width_share) for tier in plan.tier] == [
        ((), (), 5, 0.02),
        (("region", "role"), (("region", "role"),), 3, 0.03),
    ]
    assert [measure.who for measure in plan.measure] == ["main", "aside"]


# --- export profiles -----------------------------------------------------------------------------------


def test_a_profile_has_the_code_of_its_file_so_that_no_two_are_called_alike(instrument: Instrument) -> None:
    files = sorted(file.stem for file in INSTRUMENTS.glob("exports/*.toml"))
    assert sorted(profile.code for profile in instrument.profiles) == files


def test_a_profile_reads_only_columns_there_are_and_is_known_by_rows_it_has(instrument: Instrument) -> None:
    lists = {f"{code}|{answer}" for code, answers in instrument.lists().items() for answer in answers}
    for profile in instrument.profiles:
        assert set(profile.columns.values()) <= {*our_columns(instrument), *lists}, profile.code
        rows = profile.recognise.rows if profile.recognise else {}
        assert all(1 <= int(number) <= profile.head_rows for number in rows), profile.code
