"""The page Risk and buffer, for boards made to have each state, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from dashboard.words import words
from pipelines.ground.schemas import EVIDENCE, Cell
from pipelines.ground.settings import Home
from pipelines.vault import read_frozen
from tests.app.test_pages import text, visit
from tests.boards import drawn, past_of
from tests.estimates import told as told_of
from tests.estimates import with_range
from tests.homes import as_before_hashes
from tests.unit.test_flow_analyse import MADE
from tests.unit.test_risk import chance_of, flagged, with_turnover

RANGED = ("at_risk", "buddy_used")  # what the what-if lies between
TODAY = {"nl": "Nu gebruikt", "en": "Today"}
TOLD = {
    "nl": {
        "opposite": "het omgekeerde van een buffer", "tiny": "een buffer, te klein om uit te maken",
        "opposite_tiny": "het omgekeerde van een buffer, te klein om uit te maken",
        "visible": "een buffer te zien", "negligible": "geen buffer die uitmaakt",
        "cannot_tell_yet": "nog niet te zeggen", "undecided": "niet beslist",
        "no_basis": "nog geen basis voor een uitspraak",
    },
    "en": {
        "opposite": "the opposite of a buffer", "tiny": "a buffer, too small to matter",
        "opposite_tiny": "the opposite of a buffer, too small to matter",
        "visible": "a buffer is visible", "negligible": "no buffer that would matter",
        "cannot_tell_yet": "cannot tell yet", "undecided": "not decided", "no_basis": "no basis to say yet",
    },
}  # fmt: skip


def with_tables(home: Path, folder: Path, tables: dict | None) -> Path:
    """A copy of what a home published, with other evidence in it; None: a snapshot of an earlier version."""
    place = folder / "home"
    shutil.copytree(home / "published", place / "published")
    as_before_hashes(Home(place))
    snapshot = place / "published" / (place / "published" / "CURRENT").read_text().strip()
    snapshot.chmod(0o600)
    with duckdb.connect(str(snapshot)) as connection:
        for table in EVIDENCE:
            connection.execute(f"drop table {table}")
            if tables is not None:
                frame = tables.get(table, EVIDENCE[table].create_empty())
                connection.register("given", frame)
                connection.execute(f"create table {table} as select * from given")
    return place


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_state_stands_on_the_page_with_its_sentence(
    lang: str, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boards, each made to have one state, side by side on one page under seven outcomes."""
    cell = read_frozen(Home(home_120), "2026Q3-1", Cell)
    made = {state: told_of(past_of(home_120, drawn(*MADE[state])), cell) for state in MADE}
    tables = {
        table: pl.concat(
            frames[table].with_columns(pl.lit(state).alias("outcome"))
            if table.startswith("evidence")
            else frames[table]
            for state, frames in made.items()
        )
        for table in made["visible"]
    }
    app = visit(with_tables(home_120, tmp_path, tables), "risk", monkeypatch, lang=lang)
    assert not app.exception
    headers = {header.value for header in app.header}
    assert {f"{state}: {told}" for state, told in TOLD[lang].items()} <= headers
    for frames in made.values():
        assert frames["evidence"][f"sentence_{lang}"][0] in text(app)


def test_a_snapshot_of_before_the_grid_keeps_its_lines_and_draws_no_curve_that_cannot_tell(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its models told the points of the lines themselves, edges of support, and curves of which nothing was sure."""
    tables = told_of(past_of(home_120, drawn(*MADE["visible"])), read_frozen(Home(home_120), "2026Q3-1", Cell))
    named = {"publication": "2026Q3-1", "wave": "2026Q3"}
    lines = [f"{term}{support:+d}{end}" for support in (-1, 0, 1) for term, end in (("line", "-1"), ("line", "+1"))]
    rows = [{**named, "outcome": "exhaustion", "term": term, "estimate": 1.25} for term in lines]
    rows += [
        {**named, "outcome": "exhaustion", "term": f"ten{support:+d}", "estimate": 2.5, "low": 1.5, "high": 3.5}
        for support in (-1, 0, 1)
    ]
    curve = [
        {
            **named,
            "group": "all",
            "pillar": "buddy",
            "word": word,
            "coverage": at,
            "estimate": 0.2,
            "low": 0.1,
            "high": 0.3,
        }
        for word, at in (("cannot_tell", 0.0), ("cannot_tell", 1.0))
    ]
    curve.append({**named, "group": "starters", "pillar": "buddy", "word": "too_few"})
    before = {
        **tables,
        "evidence": tables["evidence"]
        .drop("stress_unit", "outcome_unit")
        .with_columns(clear_below=pl.lit(55.0), clear_above=None),
        "evidence_term": pl.DataFrame(rows, infer_schema_length=None),
        "what_if": pl.DataFrame(curve, infer_schema_length=None),
    }
    app = visit(with_tables(home_120, tmp_path, before), "risk", monkeypatch, lang="en")
    assert not app.exception
    written = text(app)
    assert "Below about 55 points of support" in written
    assert "For none of the pillars can we say" in written
    assert not [slider for slider in app.select_slider if slider.key == "coverage"]
    assert any("+2.5" in row or "2.5" in row for row in written.splitlines())


SAID = {
    "nl": {
        "since": "Dit wordt gezegd sinds 2026, 2e kwartaal, 2 metingen op rij.",
        "new": "In de meting ervoor werd dit niet gezegd.", "first": "Een eerste bevinding is vaak te groot",
        "floor": "Veel leiders hebben de laagste score die er is op uitputting",
    },
    "en": {
        "since": "This has been said since 2026, quarter 2, 2 waves in a row.",
        "new": "This was not said in the wave before.", "first": "A first finding is often too large",
        "floor": "Many leaders have the lowest score there is on exhaustion",
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    ("before", "told"),
    [
        # state and what matters of the two waves before; the wave on the page is visible at .05
        ([("undecided", 0.05), ("visible", 0.05)], {"since", "first"}),
        ([("visible", 0.05), ("undecided", 0.05)], {"new", "first"}),
        ([("visible", None), ("visible", None)], {"first"}),  # judged by an earlier method
    ],
    ids=["the second wave", "the first", "another method"],
)
def test_the_page_says_since_when_and_that_a_first_finding_is_often_too_large(
    before: list, told: set, lang: str, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = told_of(past_of(home_120, drawn(*MADE["visible"])), read_frozen(Home(home_120), "2026Q3-1", Cell))
    now = tables["evidence"].with_columns(at_end=pl.lit("lowest"))
    earlier = [
        now.with_columns(
            wave=pl.lit(wave), publication=pl.lit(f"{wave}-1"), state=pl.lit(state), matters=pl.lit(size, pl.Float64)
        )
        for wave, (state, size) in zip(("2026Q1", "2026Q2"), before, strict=True)
    ]
    kinds = [column.with_columns(pl.col("state").cast(pl.String)) for column in (*earlier, now)]
    app = visit(
        with_tables(home_120, tmp_path, tables | {"evidence": pl.concat(kinds)}), "risk", monkeypatch, lang=lang
    )
    assert not app.exception
    written = text(app)
    assert {key for key, words in SAID[lang].items() if words in written} == told | {"floor"}
    assert now[f"kinds_{lang}"][0] in written


def test_a_yes_no_outcome_that_was_judged_by_its_chances_is_shown_as_it_was(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = told_of(past_of(home_120, drawn(*MADE["visible"])), read_frozen(Home(home_120), "2026Q3-1", Cell))
    before = ("matters", "at_end", "kinds_state", "kinds_nl", "kinds_en")
    named = {"publication": "2026Q3-1", "wave": "2026Q3", "outcome": "turnover_intention"}
    terms = [{**named, "term": f"chance{corner}", "estimate": 0.2} for corner in ("-1-1", "-1+1", "+1-1", "+1+1")]
    terms.append({**named, "term": "rise", "estimate": -0.04, "low": -0.09, "high": 0.01})
    evidence = (
        tables["evidence"]
        .drop(before)
        .with_columns(outcome=pl.lit("turnover_intention"), kind=pl.lit("chance"), state=pl.lit("undecided"))
    )
    old = {**tables, "evidence": evidence, "evidence_term": pl.DataFrame(terms, infer_schema_length=None)}
    app = visit(with_tables(home_120, tmp_path, old), "risk", monkeypatch, lang="en")
    assert not app.exception
    written = text(app)
    assert "in percentage points: -4 (-9 to 1)" in written
    assert "Intention to leave: not decided" in [header.value for header in app.header]
    assert not [chart for chart in app.get("vega_lite_chart") if "estimate itself" in chart.proto.alt]


def test_a_snapshot_of_an_earlier_version_shows_the_page_without_evidence(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(with_tables(home_120, tmp_path, None), "risk", monkeypatch)
    assert not app.exception
    assert len(app.metric) == 3


def test_the_estimate_with_other_research_is_never_an_own_finding(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = text(visit(home_120, "risk", monkeypatch, lang="en"))
    assert "no finding of your own" in written


@pytest.mark.parametrize(
    ("lang", "whom", "source"),
    [("nl", "Bij wie: ", "Beausaert et al. (2016)"), ("en", "Of whom: ", "Zell & Stockus (2025)")],
)
def test_what_others_found_says_about_whom_and_where_it_stands(
    home_120: Path, monkeypatch: pytest.MonkeyPatch, lang: str, whom: str, source: str
) -> None:
    written = text(visit(home_120, "risk", monkeypatch, lang=lang))
    assert whom in written
    assert source in written
    assert "not verified" not in written


@pytest.mark.parametrize(
    ("lang", "is_random", "told"),
    [
        (
            "en",
            False,
            (
                "It says something about groups",
                "Of the leaders with low support and high stress **about",
                "of the others **about",
            ),
        ),
        ("nl", False, ("Het zegt iets over groepen", "een meting later weg, van de anderen **ongeveer")),
        ("en", True, ("The model does not predict here (yet)",)),
        ("nl", True, ("Het model voorspelt hier (nog) niet",)),
    ],
)
def test_the_page_says_how_far_leaving_can_be_foretold_and_answers_what_if(
    lang: str, is_random: bool, told: tuple[str, ...], home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = flagged(drawn(0.0, 500, waves=6, seed=3))
    chance = chance_of(rows.select("stress", "support").to_numpy(), np.array([-2.0, 0.9, -0.7, -0.1]))
    rows = with_turnover(rows, np.full(rows.height, chance.mean()) if is_random else chance)
    used = np.where(
        np.random.default_rng(2).random(rows.height) < np.where(rows["is_flagged"], 0.1, 0.5), "used", "none"
    )
    past = past_of(home_120, rows.with_columns(pillar_buddy=pl.Series(used)))
    cell = read_frozen(Home(home_120), "2026Q3-1", Cell)
    for measure in RANGED:
        cell = with_range(cell, measure, 24, 60)
    tables = told_of(past, cell)
    app = visit(with_tables(home_120, tmp_path, tables), "risk", monkeypatch, lang=lang)
    assert not app.exception
    written = text(app)
    for part in told:
        assert part in written
    board = {measure: cell.filter(measure=measure, table_id="total").row(0, named=True) for measure in RANGED}
    say = words(lang)
    share, used = (say.percent((board[one]["low"] + board[one]["high"]) / 2) for one in RANGED)
    margin = say.range(board["at_risk"]["low"], board["at_risk"]["high"])
    for today in (share, used, margin):  # where the line begins, what the page says elsewhere
        assert today in next(line for line in written.splitlines() if line.startswith(TODAY[lang]))
    app.select_slider(key="coverage").set_value(0.8).run()
    assert {"en": "If 80% of all leaders use", "nl": "Als 80% van"}[lang] in text(app)
    assert not app.exception


def with_card(home: Path, folder: Path, **figures: tuple[float, float | None, float | None]) -> Path:
    """A home whose newest model card is on the second rung and tells these figures."""
    cell = read_frozen(Home(home), "2026Q3-1", Cell)
    tables = told_of(past_of(home, drawn(0.0, 60)), cell)
    named = {"publication": "2026Q3-1", "wave": "2026Q3"}
    rows: list[dict[str, object]] = [{**named, "part": "rung", "word": "R2"}]
    for part, (estimate, low, high) in figures.items():
        rows.append({**named, "part": part, "estimate": estimate, "low": low, "high": high})
    return with_tables(home, folder, {**tables, "model_card": pl.DataFrame(rows, infer_schema_length=None)})


BOTH = {
    "en": "about **2** (1 to 4) wanted to leave a wave later; of ten other leaders about **fewer than one** (0 to 1).",
    "nl": "ongeveer **2** (1 tot 4) weg; van tien andere leiders ongeveer **minder dan een** (0 tot 1).",
}
ALREADY = {
    "en": "Counted separately: of school leaders, **",
    "nl": "Apart geteld: van de schoolleiders wil **",
}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_two_groups_are_told_of_with_their_margins_and_who_wants_to_leave_already_is_counted_apart(
    lang: str, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_card(
        home_120, tmp_path, of_ten=(2, 1, 4), of_ten_others=(0, 0, 1), of_ten_alone=(3, None, None),
        of_ten_others_alone=(0, None, None),
    )  # fmt: skip
    app = visit(home, "risk", monkeypatch, lang=lang)
    assert not app.exception
    written = text(app)
    assert BOTH[lang] in written
    assert ALREADY[lang] in written
    alone = {"en": "without the convention", "nl": "zonder de afspraak"}[lang]
    assert sum(alone in line for line in written.splitlines()) >= 2
    assert BOTH[lang] in text(visit(home, "accountability", monkeypatch, lang=lang))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_publication_of_before_that_told_of_one_group_alone_gives_no_chance(
    lang: str, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(with_card(home_120, tmp_path, of_ten=(2, None, None)), "risk", monkeypatch, lang=lang)
    assert not app.exception
    assert {"en": "Of ten leaders with", "nl": "Van tien leiders met"}[lang] not in text(app)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Which conversation fits?", "Talk about the workload first", "Newly counted, counted again",
                "With and without each pillar", "How long until somebody leaves")),
        ("nl", ("Welk gesprek past?", "Praat eerst over de werklast", "Nieuw geteld, opnieuw geteld",
                "Met en zonder elke pijler", "Hoe lang het duurt tot iemand vertrekt")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("home", ["home_120", "home_25"])
def test_the_page_says_which_talk_fits_and_what_it_does_not_show(
    lang: str, said: tuple[str, ...], home: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = text(visit(request.getfixturevalue(home), "risk", monkeypatch, lang=lang))
    for part in said if home == "home_120" else said[2:]:
        assert part in written


def test_accountability_shows_reliability_and_the_model_card(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = text(visit(home_120, "accountability", monkeypatch, lang="en"))
    assert "Do the questions about a topic go together?" in written
    assert "usable for groups" in written
    assert "Can we predict who will want to leave?" in written


def test_the_map_of_stress_and_support_stands_on_the_page(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_120, "risk", monkeypatch, lang="en")
    assert "Stress and support together, for the whole board" in [header.value for header in app.header]
    assert any("High stress, Low support" in chart.proto.alt for chart in app.get("vega_lite_chart"))
