"""What a publication would tell and cost at most, said beforehand: it holds, and nobody's answers are in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

import pipelines.protection.draws
from pipelines import again, cli
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.messages import say
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection.audit import Work, audit
from pipelines.sample import write_sample
from tests.bench.harsh import WAVE, write_harsh
from tests.homes import fixed, tables_of
from tests.privacy.test_audit_leaks import a_board


def imported(folder: Path, answers: pl.DataFrame | None = None) -> Home:
    """A board of 60 that is hard to protect, with other answers where they are given."""
    home = fixed(folder / "home")
    export, roster = write_harsh(folder / "files", load_instrument(), 60, 2)
    if answers is not None:
        answers.write_csv(export)
    import_wave(home, Source(export, WAVE, roster=roster))
    return home


def files(home: Home) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in home.path.rglob("*") if p.is_file()}


def test_what_is_told_beforehand_changes_nothing_and_is_the_most_that_is_published_and_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = imported(tmp_path)
    before = files(home)
    foretold = again.foretell(home, Wave(WAVE))
    assert files(home) == before
    shared: dict[int, Work] = {}
    audits = []

    def watched(problem, *, work, **how):
        shared[id(work)] = work
        audits.append(audit(problem, work=work, **how))
        return audits[-1]

    monkeypatch.setattr(pipelines.protection.draws, "audit", watched)
    made = publish_wave(home, Wave(WAVE))
    done = shared.values()
    assert any(not one.is_safe for one in audits)  # something was drawn again
    assert 0 < made.shown <= foretold.figures
    assert len(audits) <= foretold.most.draws
    assert sum(one.questions for one in done) <= foretold.most.questions
    assert sum(one.steps for one in done) <= foretold.most.steps
    cells = tables_of(home)["cell"].filter((pl.col("status") == "published") & (pl.col("measure") != "n"))
    families = {attribute.code: attribute.family for attribute in load_instrument().attributes}
    told = {(families[measure], table) for measure, table in cells.select("measure", "table_id").iter_rows()}
    assert told <= {(family, table) for family, tables in foretold.tables.items() for table in tables}


def test_other_answers_of_the_same_leaders_are_foretold_the_same(tmp_path: Path) -> None:
    first = imported(tmp_path / "first")
    answers = pl.read_csv(next((tmp_path / "first").rglob("responses.csv")), infer_schema=False)
    turned = answers.with_columns(pl.col(pl.String).exclude("leader_key", "submitted").reverse())
    one, other = (again.foretell(home, Wave(WAVE)) for home in (first, imported(tmp_path / "second", turned)))
    assert not turned.equals(answers)
    assert (one.tables, one.figures, one.most) == (other.tables, other.figures, other.most)


@pytest.mark.parametrize("what", ["questions", "steps"])
def test_an_audit_that_lacks_the_last_bit_of_work_is_not_safe(what: str) -> None:
    problem = a_board(leaders=40)
    enough = audit(problem)
    needed = getattr(enough.work, what)
    assert (enough.is_safe, enough.work.ran_out, needed > 0) == (True, False, True)
    cut = audit(problem, work=Work(**{f"most_{what}": needed - 1}))
    assert (cut.is_safe, cut.work.ran_out, getattr(cut.work, what)) == (False, True, needed - 1)
    assert audit(problem, work=Work(**{f"most_{what}": needed})).is_safe


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_says_it_in_words_and_to_a_machine(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = fixed(tmp_path / "home")
    write_sample(tmp_path / "sample", load_instrument(), 40, 1, 3)
    export = next((tmp_path / "sample").glob("responses_*.csv"))
    wave = export.stem.removeprefix("responses_")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["klankbord", "publish", "--dry-run", "--home", str(home.path), *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    assert run("--lang", lang) == (1, "", say(lang, "error.nothing_to_publish") + "\n")
    import_wave(home, Source(export, wave, roster=tmp_path / "sample" / "roster.csv", is_sample=True))
    code, told, _ = run("--json")
    facts = json.loads(told)["foretold"][0]
    assert (code, facts["wave"]) == (0, wave)
    _, words, _ = run("--lang", lang)
    assert say(lang, "say.foretold", wave=wave) in words
    assert f" {facts['figures']} " in words
    assert f" {facts['most']['draws']} " in words
    assert f"turnover: {say(lang, 'say.whole_board')}" in words
