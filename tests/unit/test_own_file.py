"""Evidence and reliability on a file of one's own: what is a value, which model it gets, and no nonsense."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.cli.klankbord import explain_error
from tests.unit.test_evidence import data

COLUMNS = ("--outcome", "y", "--stress", "s", "--support", "u")
LANGS = pytest.mark.parametrize("lang", ["nl", "en"])


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.mark.shared
def test_three_published_regressions_come_out_to_the_digits_given(shared_data: Path) -> None:
    def evidence(name: str, outcome: str, stress: str, support: str, *more: str) -> dict:
        file = shared_data / f"processr_{name}" / f"{name}.csv"
        options = ("--outcome", outcome, "--stress", stress, "--support", support, *more, "--json")
        return json.loads(run("evidence", str(file), *options)[1])

    disaster = evidence("disaster", "justify", "frame", "skeptic", "--covariance", "ols")
    product = disaster["coefficients"]["stress:support"]
    assert [round(product[key], 4) for key in ("estimate", "se", "low", "high")] == [0.2012, 0.0553, 0.0922, 0.3101]
    assert round(disaster["r2"], 4) == 0.2463
    assert disaster["state"] == "undecided"  # at average scepticism the frame does nothing clear

    teams = evidence("teams", "perform", "negtone", "negexp", "--controls", "dysfunc", "--covariance", "ols")
    product = teams["coefficients"]["stress:support"]
    assert [round(product[key], 4) for key in ("estimate", "se")] == [-0.5170, 0.2409]

    plain = evidence("estress", "affect", "estress", "ese", "--covariance", "ols")
    robust = evidence("estress", "affect", "estress", "ese")
    assert round(plain["coefficients"]["stress:support"]["estimate"], 4) == -0.1197
    assert round(plain["coefficients"]["stress:support"]["p"], 4) == 0.0003
    assert round(robust["coefficients"]["stress:support"]["p"], 4) == 0.0431
    assert (robust["covariance"], robust["clusters"], robust["n"]) == ("hc3", None, 262)


@pytest.mark.shared
def test_emotional_and_practical_support_of_students_correlate_with_depression_as_published(shared_data: Path) -> None:
    students = pl.read_csv(shared_data / "DAAG_socsupport" / "socsupport.csv", null_values=["NA", ""])
    for column, r in (("emotional", -0.2754), ("tangible", -0.1880)):
        pair = students.select(column, "BDI").drop_nulls()
        assert round(pair.select(pl.corr(column, "BDI")).item(), 4) == r


def write(path: Path, **columns: object) -> Path:
    pl.DataFrame(columns).write_csv(path)
    return path


def test_clusters_choose_the_covariance_and_a_picture_can_be_saved(tmp_path: Path) -> None:
    y, stress, support = data(-0.4, 240)
    who = [f"l{n // 4}" for n in range(240)]
    file = write(tmp_path / "a.csv", y=y, s=stress, u=support, who=who)
    options = ("--outcome", "y", "--stress", "s", "--support", "u", "--json")
    few = json.loads(run("evidence", str(file), *options, "--cluster", "who", "--plot", str(tmp_path / "a.svg"))[1])
    assert (few["covariance"], few["clusters"], few["n"]) == ("cr3", 60, 240)
    many = write(tmp_path / "b.csv", y=y, s=stress, u=support, who=[f"l{n // 2}" for n in range(240)])
    assert json.loads(run("evidence", str(many), *options, "--cluster", "who")[1])["covariance"] == "cr3"
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert [slope["at"] for slope in few["simple_slopes"]] == [-1, 0, 1]


def test_missing_answers_are_left_out_and_words_are_refused(tmp_path: Path) -> None:
    y, stress, support = data(-0.4, 60)
    texts = [f"{value}" for value in y]
    texts[0], texts[1] = "NA", ""
    file = write(tmp_path / "a.csv", y=texts, s=stress, u=support)
    options = ("--outcome", "y", "--stress", "s", "--support", "u")
    assert json.loads(run("evidence", str(file), *options, "--json")[1])["n"] == 58
    texts[2] = "often"
    with pytest.raises(Exception, match="column_not_number"):
        run("evidence", str(write(tmp_path / "b.csv", y=texts, s=stress, u=support)), *options)


def test_reliability_turns_items_around_and_counts_complete_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    level = rng.normal(3, 1, 60)
    a, b, c = (np.clip(np.round(level + rng.normal(0, 0.6, 60)), 1, 5).astype(int) for _ in range(3))
    file = write(tmp_path / "a.csv", a=a, b=b, c=6 - c, d=c)
    turned = json.loads(run("reliability", str(file), "--items", "a,b,-c", "--json")[1])
    plain = json.loads(run("reliability", str(file), "--items", "a,b,d", "--json")[1])
    assert turned == plain
    assert (turned["n"], turned["items"]) == (60, 3)
    assert turned["alpha"]["low"] < turned["alpha"]["estimate"] < turned["alpha"]["high"]


# ------------------------------------------------------------------------------------------ what is a value


def board(leaders: int = 240, seed: int = 1) -> dict[str, np.ndarray]:
    """Scores of 0 to 100."""
    y, stress, support = data(-0.3, leaders, seed)
    return {"y": 42 + 15 * y, "s": 50 + 18 * stress, "u": 62 + 18 * support}


def facts(file: Path, *options: str) -> dict:
    return json.loads(run("evidence", str(file), *COLUMNS, *options, "--json")[1])


def test_declared_codes_and_values_outside_a_range_are_no_values(tmp_path: Path) -> None:
    plain = board()
    spoilt = {name: column.copy() for name, column in plain.items()}
    spoilt["s"][:5], spoilt["u"][5:9], spoilt["y"][9] = 999, -9, 400
    whole = write(tmp_path / "a.csv", **{name: column[10:] for name, column in plain.items()})
    file = write(tmp_path / "b.csv", **spoilt)
    found = facts(file, "--missing", "999,-9", "--range", "y=-100:200")
    assert found["not_values"] == {"s": 5, "u": 4, "y": 1}
    assert (found["n"], found["incomplete"]) == (230, 10)
    assert found["coefficients"] == facts(whole)["coefficients"]


@LANGS
def test_a_value_that_looks_like_a_missing_code_is_told(lang: str, tmp_path: Path) -> None:
    columns = board()
    columns["s"][:3] = 999
    file = write(tmp_path / "a.csv", **columns)
    assert "--missing=999" in run("evidence", str(file), *COLUMNS, "--lang", lang)[1]
    assert facts(file)["strays"] == {"s": "999"}
    assert facts(file, "--missing=999")["strays"] == {}
    assert facts(write(tmp_path / "b.csv", **board()))["strays"] == {}


def test_decimal_commas_are_read_as_points(tmp_path: Path) -> None:
    columns = board()
    comma = {name: [f"{value:.3f}".replace(".", ",") for value in column] for name, column in columns.items()}
    point = {name: np.round(column, 3) for name, column in columns.items()}
    text = "y;s;u\n" + "\n".join(";".join(row) for row in zip(*comma.values(), strict=True))
    (tmp_path / "a.csv").write_text(text)
    ours, theirs = facts(tmp_path / "a.csv"), facts(write(tmp_path / "b.csv", **point))
    assert ours["coefficients"] == theirs["coefficients"]


@pytest.mark.parametrize("text", ["1.234,5", "often", "1e400"])
def test_what_is_no_number_is_refused_by_its_column(text: str, tmp_path: Path) -> None:
    columns = {name: [f"{value:.2f}" for value in column] for name, column in board(60).items()}
    columns["s"][3] = text
    with pytest.raises(Exception, match=r"column_not_number \(column=s"):
        facts(write(tmp_path / "a.csv", **columns))


def items(**changes: object) -> dict[str, list]:
    rng = np.random.default_rng(3)
    level = rng.normal(3, 1, 60)
    return {name: [*np.clip(np.round(level + rng.normal(0, 0.6, 60)), 1, 5).astype(int)] for name in "abc"} | changes


def test_an_answer_outside_the_scale_is_no_answer_also_where_nobody_named_the_scale(tmp_path: Path) -> None:
    plain = items()
    spoilt = {name: [*column] for name, column in plain.items()}
    spoilt["a"][0], spoilt["b"][1] = 99, 6
    whole = write(tmp_path / "a.csv", **{name: column[2:] for name, column in plain.items()})
    file = write(tmp_path / "b.csv", **spoilt)
    expected = json.loads(run("reliability", str(whole), "--items", "a,b,-c", "--json")[1])
    for options in ((), ("--min", "1", "--max", "5")):
        found = json.loads(run("reliability", str(file), "--items", "a,b,-c", *options, "--json")[1])
        assert found["not_values"] == {"a": 1, "b": 1}
        assert [found[name] for name in ("n", "alpha", "omega")] == [expected[name] for name in ("n", "alpha", "omega")]


def test_another_scale_that_nobody_named_is_taken_as_it_stands(tmp_path: Path) -> None:
    wide = {name: [2 * value - 1 for value in column] for name, column in items().items()}  # 1 to 9
    found = json.loads(run("reliability", str(write(tmp_path / "a.csv", **wide)), "--items", "a,b,c", "--json")[1])
    plain = json.loads(run("reliability", str(write(tmp_path / "b.csv", **items())), "--items", "a,b,c", "--json")[1])
    assert found["not_values"] == {}
    assert found["alpha"] == pytest.approx(plain["alpha"])


# ------------------------------------------------------------------------------------------- a yes/no outcome


def yes_no(leaders: int = 400, seed: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    s, u = rng.standard_normal((2, leaders))
    y = rng.random(leaders) < 1 / (1 + np.exp(1 - 0.6 * s + 0.4 * u + 0.2 * s * u))
    return {"y": y.astype(int), "s": s, "u": u, "age": rng.standard_normal(leaders)}


def test_an_outcome_of_two_values_gets_a_logistic_model(tmp_path: Path) -> None:
    columns = yes_no()
    x = sm.add_constant(np.column_stack([columns["s"], columns["u"], columns["s"] * columns["u"], columns["age"]]))
    theirs = sm.Logit(columns["y"], x).fit(disp=0, tol=1e-12)
    found = facts(write(tmp_path / "a.csv", **columns), "--controls", "age", "--scale", "none")
    assert (found["model"], found["covariance"], found["r2"]) == ("logistic", "ml", None)
    names = ("intercept", "stress", "support", "stress:support", "age")
    assert_allclose([found["coefficients"][name]["estimate"] for name in names], theirs.params, rtol=1e-8)
    assert_allclose([found["coefficients"][name]["se"] for name in names], theirs.bse, rtol=1e-8)
    words = {**columns, "y": ["ja" if one else "nee" for one in columns["y"]]}
    other = facts(write(tmp_path / "b.csv", **words), "--controls", "age", "--scale", "none")
    assert other == found


def test_its_picture_shows_chances(tmp_path: Path) -> None:
    file, picture = write(tmp_path / "a.csv", **yes_no()), tmp_path / "a.svg"
    facts(file, "--plot", str(picture))
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    at = [mark for mark in picture.read_text(encoding="utf-8").split('aria-label="') if mark.startswith("stress: ")]
    chances = [float(mark.split("y: ")[1].split(";")[0]) for mark in at if "y: " in mark]
    assert len(chances) == 3
    assert all(0 <= chance <= 1 for chance in chances)


def test_by_choice_it_gets_a_straight_line(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", **yes_no())
    assert facts(file, "--linear")["model"] == "linear"
    assert facts(file, "--linear", "--covariance", "ols")["covariance"] == "ols"
    with pytest.raises(Exception, match="logistic_covariance"):
        facts(file, "--covariance", "hc3")


@LANGS
def test_what_is_told_of_a_yes_no_outcome_is_told_in_log_odds(lang: str, tmp_path: Path) -> None:
    told = run("evidence", str(write(tmp_path / "a.csv", **yes_no())), *COLUMNS, "--lang", lang)[1]
    assert {"nl": "logodds", "en": "log-odds"}[lang] in told
    assert "0.1" in told


# ------------------------------------------------------------------------------- no traceback, and no nonsense


def wrong(rule: str, **changes: object) -> tuple[str, dict]:
    return rule, changes


S = board()["s"]
DUST = np.random.default_rng(5).standard_normal(240)
CASES = {
    "constant stress": wrong("fit_constant", s=np.full(240, 50.0)),
    "constant outcome": wrong("fit_constant", y=np.full(240, 50.0)),
    "stress that differs by rounding only": wrong("fit_constant", s=np.where(np.arange(240) % 2, 0.1 + 0.2, 0.3)),
    "support a copy of stress": wrong("fit_repeated", u=S),
    "support almost a copy of stress": wrong("fit_repeated", u=S + 1e-4 * DUST),
    "support stress turned around": wrong("fit_repeated", u=100 - S),
    "the outcome a copy of stress": wrong("fit_exact", y=S),
    "the outcome made from both": wrong("fit_exact", y=2 * S - 3 * board()["u"]),
    "three rows": wrong("fit_too_few", y=[1.0, 2.0, 4.0], s=[1.0, 3.0, 2.0], u=[2.0, 2.0, 1.0]),
    "nobody answered": wrong("fit_too_few", s=[""] * 240),
    "stress tells the outcome": wrong("fit_separated", y=(S > 50).astype(int)),
}


@LANGS
@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_worked_out_ends_in_a_true_sentence(case: str, lang: str, tmp_path: Path) -> None:
    rule, changes = CASES[case]
    columns = {**board(), **changes}
    file = write(tmp_path / "a.csv", **columns)
    result = CliRunner().invoke(app, ["evidence", str(file), *COLUMNS, "--json"])
    assert result.exception is not None
    assert result.exception.rule == rule
    told, code = explain_error(lang, result.exception)
    assert code == 1
    assert "{" not in told
    if rule == "fit_repeated":
        assert ": s, u." in told  # the columns as the file calls them


def test_almost_the_same_columns_are_still_told_apart_where_they_can_be(tmp_path: Path) -> None:
    found = facts(write(tmp_path / "a.csv", **{**board(), "u": S + 2 * DUST}))
    assert found["coefficients"]["stress"]["se"] > 0
    assert found["state"] in ("cannot_tell_yet", "undecided")


@pytest.mark.parametrize("scaling", ["none", "center", "standardize"])
def test_a_large_offset_changes_nothing(scaling: str, tmp_path: Path) -> None:
    columns = {name: np.round(column, 2) for name, column in board().items()}
    moved = {name: column + 1e9 for name, column in columns.items()}
    plain = facts(write(tmp_path / "a.csv", **columns), "--scale", scaling)
    far = facts(write(tmp_path / "b.csv", **moved), "--scale", scaling)
    product = [one["coefficients"]["stress:support"] for one in (plain, far)]
    assert product[1] == pytest.approx(product[0], rel=1e-5)
    for one, other in zip(plain["simple_slopes"], far["simple_slopes"], strict=True):
        assert other == pytest.approx(one, rel=1e-5)
    assert far["state"] == plain["state"]
    assert far["judged"] == pytest.approx(plain["judged"], rel=1e-5)


@LANGS
def test_weights_are_refused_with_a_reason(lang: str, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", **board())
    result = CliRunner().invoke(app, ["evidence", str(file), *COLUMNS, "--weights", "w"])
    told, code = explain_error(lang, result.exception)
    assert (result.exception.rule, code) == ("no_weights", 2)
    assert "--weights" in told


@pytest.mark.parametrize("option", [("--range", "s=5:1"), ("--range", "s"), ("--missing", "x"), ("--range", "s=a:b")])
def test_a_range_or_a_code_that_is_no_number_is_wrong_usage(option: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(Exception, match="own_file_number"):
        facts(write(tmp_path / "a.csv", **board()), *option)


@LANGS
@pytest.mark.parametrize(
    ("changes", "nl", "en"),
    [
        ({"b": [3] * 60}, "Niet te beoordelen", "Not assessable"),
        ({"b": items()["a"]}, "in elke rij gelijk", "the same in every row"),
        ({name: [""] * 60 for name in "abc"}, "Niet te beoordelen", "Not assessable"),
        ({name: [4] * 60 for name in "abc"}, "Niet te beoordelen", "Not assessable"),
    ],
    ids=["a constant", "a copy", "nobody answered", "all alike"],
)
def test_statements_that_say_nothing_end_in_a_true_sentence(
    changes: dict, nl: str, en: str, lang: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", **items(**changes))
    code, told = run("reliability", str(file), "--items", "a,b,c", "--lang", lang)
    assert code == 0
    assert {"nl": nl, "en": en}[lang] in told
    assert "nan" not in told


@LANGS
def test_many_at_the_lowest_value_are_told_and_the_interval_allows_for_them(lang: str, tmp_path: Path) -> None:
    columns = board(4_000, 6)
    columns["y"] = 42 + 15 * data(0.0, 4_000, 6, noise=0.6)[0]
    columns["y"] = np.maximum(columns["y"], np.quantile(columns["y"], 0.37))
    file = write(tmp_path / "a.csv", **columns)
    found = facts(file)
    assert found["at_lowest"] == pytest.approx(0.37, abs=0.01)
    assert found["coefficients"]["stress:support"]["high"] < 0  # the usual model takes the floor for a buffer
    assert found["state"] != "visible"
    assert {"nl": "37 % heeft de laagste", "en": "37 % have the lowest"}[lang] in run(
        "evidence", str(file), *COLUMNS, "--lang", lang
    )[1]
