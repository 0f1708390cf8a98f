"""Input for a board's own DPIA: every figure from the rules in force or from what was published, in two languages."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.ground.messages import LOCALES, sentences
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import Instrument, load_instrument
from pipelines.publication import snapshot as publish
from pipelines.questionnaire import Sender, annex, markdown, pdf
from pipelines.questionnaire.dpia import BAR, SECTIONS
from tests.homes import as_before_hashes

DAY = dt.date(2026, 9, 1)
ARTICLE = re.compile(r"\b(?:articles?|artikel(?:en)?) \d+(?: (?:and|en) \d+)?", re.IGNORECASE)
STRICTER = {
    "policy.toml": {
        "k_coverage = 5": "k_coverage = 7",
        "k_outcome = 10": "k_outcome = 13",
        "m = 2": "m = 3",
        "retention_waves = 8": 'retention_waves = 4\nsteward = "separation"',
        "expected_response = 0.70": "expected_response = 0.66",
        "open_limit = 0.10": "open_limit = 0.09",
        "certainty = 0.95": "certainty = 0.97",
        "response_floor = 0.50": "response_floor = 0.52",
        "since = 2024-08-01": "since = 2025-02-03",
        "Five and ten are conventions": "Seven and thirteen are ours",
    },
    "publication.toml": {
        "widths = [3, 5, 7]": "widths = [6]",
        "widths = [5, 7]": "widths = [6, 8]",
        "widths = [5]": "widths = [6]",
        "least_outcome = 5": "least_outcome = 9",
        "width_share = 0.02": "width_share = 0.04",
        "expected_from = 25": "expected_from = 28",
    },
}


@pytest.fixture(scope="module")
def shipped() -> Instrument:
    return load_instrument()


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a policy and a plan of the board's own."""
    folder = tmp_path_factory.mktemp("stricter")
    for file, changes in STRICTER.items():
        text = (INSTRUMENTS / file).read_text(encoding="utf-8")
        for before, after in changes.items():
            assert f"\n{before}" in text
            text = text.replace(f"\n{before}", f"\n{after}")
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010*-]", "", text)


def read(content: bytes) -> str:
    command = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def run(monkeypatch: pytest.MonkeyPatch, *words: object, lang: str = "en") -> int:
    monkeypatch.setattr("sys.argv", ["klankbord", "dpia", "--lang", lang, *map(str, words)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize("lang", LOCALES.languages)
@pytest.mark.parametrize("board", ["home_empty", "home_120"])
def test_paper_and_markdown_say_the_same_and_say_first_that_it_is_no_legal_advice(
    shipped: Instrument, lang: str, board: str, request: pytest.FixtureRequest
) -> None:
    told = publish.on_show(Home(request.getfixturevalue(board)))
    made = annex(shipped, told, lang, DAY)
    text, paper = markdown(made), pdf(made)
    assert text.split("\n\n")[1] == f"**{made.head}**"
    assert ("geen juridisch advies" if lang == "nl" else "not legal advice") in made.head
    assert [section.code for section in made.sections] == list(SECTIONS)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [section.title for section in made.sections]
    assert b"<pdfuaid:part>1" in paper
    printed = squeezed(read(paper))
    for section in made.sections:
        lines = [section.title, *section.text.split("\n"), *(cell for row in section.rows for cell in row.values())]
        assert [line for line in lines if squeezed(line) not in printed] == [], section.code
        assert [line for line in lines if " ".join(line.split()) not in text] == [], section.code
        assert section.text or section.rows


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_another_policy_and_plan_change_every_figure_of_it(shipped: Instrument, stricter: Path, lang: str) -> None:
    before, after = (markdown(annex(own, (), lang, DAY)) for own in (shipped, load_instrument(stricter)))
    was, now = (
        [line for line in text.splitlines() if line not in other.splitlines()]
        for text, other in ((before, after), (after, before))
    )
    changed = "\n".join(now)
    for figure in (
        " 7 |",
        " 13 |",
        " 3 |",
        " 4 |",
        "66%",
        " 9%",
        "97%",
        "52%",
        " 6 |",
        " 4%",
        "28–39",
        "14)",
        "0–27",
    ):
        assert figure in changed, figure
    assert {"2025", "2024"} == set(re.findall(r"202[45]", was[0] + now[0]))
    # Where nothing differs, no figure stands but the number of questions about a subject.
    same = [line for line in after.splitlines() if line in before.splitlines()]
    figures = [line for line in same if re.search(r"\d", ARTICLE.sub("", line))]
    questions = sentences(lang)["dpia.purpose_heads"].split(BAR)[-1]
    counts = {
        row[questions] for section in annex(shipped, (), lang, DAY).sections for row in section.rows if questions in row
    }
    assert all(re.search(r"\| (\d+) \|$", line) and line.split("|")[-2].strip() in counts for line in figures), figures
    assert sentences(lang)["dpia.steward_separation"] in after
    assert sentences(lang)["dpia.steward_unknown"] in before


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_no_figure_stands_in_its_texts_but_articles_of_the_law(lang: str) -> None:
    own = {key: text for key, text in sentences(lang).items() if re.match(r"dpia(_\w+)?\.", key)}
    assert len(own) > 80
    assert [key for key, text in own.items() if re.search(r"\d", ARTICLE.sub("", re.sub(r"\{\w+\}", "", text)))] == []


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_every_row_has_a_cell_for_every_head_but_those_the_board_fills_in(lang: str) -> None:
    for table in ("data", "who", "risk", "right", "fill"):
        heads = sentences(lang)[f"dpia.{table}_heads"].split(BAR)
        cells = [len(text.split(BAR)) for key, text in sentences(lang).items() if key.startswith(f"dpia_{table}.")]
        assert set(cells) == {len(heads) - (table in ("risk", "fill"))}, table


def test_before_a_publication_it_says_so_and_afterwards_what_was_shown_and_withheld(
    shipped: Instrument, home_120: Path, home_empty: Path
) -> None:
    assert sentences("en")["dpia.published_none"] in markdown(
        annex(shipped, publish.on_show(Home(home_empty)), "en", DAY)
    )
    told = publish.on_show(Home(home_120))
    text = markdown(annex(shipped, told, "en", DAY))
    with duckdb.connect(str(publish.current(Home(home_120))), read_only=True) as snapshot:
        counts = snapshot.sql(
            "select wave, status = 'published', sum(cells)::int from withheld "
            "where status not in ('not_planned', 'not_asked', 'group_unknown') group by all"
        ).fetchall()
        rung = snapshot.sql("select word from model_card where part = 'rung' order by wave desc limit 1").fetchall()
    assert len(told) == 3
    assert {
        (row["wave"], shown, row[name]) for row in told for shown, name in ((True, "shown"), (False, "withheld"))
    } == set(counts)
    for wave, _, cells in counts:
        assert re.search(rf"^\| {wave} \|.*\| {cells:,} \|", text, re.MULTILINE)
    assert sentences("en")[f"dpia.rung_{rung[0][0]}"] in text
    assert "The newest publication was made by other rules" not in text


def test_rules_that_changed_since_the_newest_publication_are_told_apart(home_120: Path, stricter: Path) -> None:
    own, told = load_instrument(stricter), publish.on_show(Home(home_120))
    text = markdown(annex(own, told, "en", DAY))
    assert f"by other rules, with fingerprint {told[-1]['policy_fingerprint']}" in text
    assert f"Fingerprint of these rules: {own.fingerprint(DAY)}" in text


def test_a_snapshot_without_a_model_card_is_told_of_too(shipped: Instrument, home_25: Path, tmp_path: Path) -> None:
    shutil.copytree(home_25 / "published", tmp_path / "published")
    snapshot = publish.current(as_before_hashes(Home(tmp_path)))
    assert snapshot is not None
    snapshot.chmod(0o644)
    with duckdb.connect(str(snapshot)) as opened:
        opened.execute("drop table model_card")
    assert sentences("en")["dpia.rung_none"] in markdown(annex(shipped, publish.on_show(Home(tmp_path)), "en", DAY))


def test_a_plan_that_crosses_sensitive_figures_says_so(tmp_path: Path) -> None:
    plan = (INSTRUMENTS / "publication.toml").read_text(encoding="utf-8")
    crossed = plan.replace(
        'attribute = "lonely"\ntables = ["total", "region", "experience_band"]',
        'attribute = "lonely"\ntables = ["total", "two_way"]',
    )
    assert crossed != plan
    (tmp_path / "publication.toml").write_text(crossed, encoding="utf-8")
    text = markdown(annex(load_instrument(tmp_path), (), "en", DAY))
    assert sentences("en")["dpia.uncrossed_no"] in text
    assert sentences("en")["dpia.uncrossed_yes"] not in text


def test_who_left_is_listed_where_the_policy_lets_it_in(tmp_path: Path) -> None:
    policy = (INSTRUMENTS / "policy.toml").read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(policy.replace("outcomes = []", 'outcomes = ["left"]'), encoding="utf-8")
    with_it, without = (markdown(annex(load_instrument(*folders), (), "en", DAY)) for folders in ((tmp_path,), ()))
    assert "Whether a leader left (left)" in with_it
    assert "Records of leaving or sick leave" not in with_it
    assert "Records of leaving or sick leave" in without


def test_an_instrument_without_reasons_gives_the_definition_of_each_scale(shipped: Instrument) -> None:
    bare = shipped.model_copy(update={"purposes": ()})
    rows = next(section.rows for section in annex(bare, (), "en", DAY).sections if section.code == "purpose")
    told = {row["Subject"]: (row["Why it is asked"], row["Questions"]) for row in rows}
    assert told["Alone in the role"] == ("How alone the school leader feels in the role, not in life as a whole.", "2")
    assert told["Support around you"] == ("", "6")
    assert sum(int(count) for _, count in told.values()) == 24 + 6 + 2


def test_a_bar_in_a_text_of_the_board_stays_in_its_cell(shipped: Instrument) -> None:
    odd = shipped.purposes[0].model_copy(update={"en": "Support | pillars", "definition_en": "one\ntwo"})
    text = markdown(annex(shipped.model_copy(update={"purposes": (odd,)}), (), "en", DAY))
    assert "| Support \\| pillars | one two | 6 |" in text


def test_the_command_writes_it_for_a_board_that_begins_with_its_own_words(
    tmp_path: Path, stricter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(stricter, home / "instruments")
    (home / "instruments" / "letter.toml").write_text(
        'board = "De Vuurtoren"\nagency = "Zeewind"\ncontact = "M. de Boer"\n'
    )
    (home / "instruments" / "waves.csv").write_text("wave,opens,closes\n2026Q4,2026-10-05,2026-10-25\n")
    for name, start in (("a.md", b"# Klankbord: bijlage"), ("a.PDF", b"%PDF")):
        assert run(monkeypatch, "--home", home, "--out", tmp_path / name, lang="nl") == 0
        assert (tmp_path / name).read_bytes().startswith(start)
        assert str(tmp_path / name) in capsys.readouterr().out
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "Voor De Vuurtoren; onderzoeksbureau: Zeewind; aanspreekpunt voor leiders: M. de Boer." in text
    assert "2026Q4 (5 oktober 2026 – 25 oktober 2026)" in text
    assert "| 7 |" in text


def test_the_command_takes_a_folder_of_instruments(
    tmp_path: Path, stricter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "--home", tmp_path, "--instruments", stricter, "--out", tmp_path / "a.md") == 0
    assert "at most 4 waves by the rule" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_the_command_refuses_in_one_sentence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--home", tmp_path, "--out", tmp_path / "a.docx") == 2
    assert "a.docx" in capsys.readouterr().err
    (tmp_path / "published").mkdir(mode=0o755)
    (tmp_path / "published" / "klankbord-0001.duckdb").write_bytes(b"no database")
    (tmp_path / "published" / "CURRENT").write_text("klankbord-0001.duckdb\n")
    assert run(monkeypatch, "--home", tmp_path, "--out", tmp_path / "a.md") == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(tmp_path.glob("a.*"))


def test_the_sender_is_left_out_where_nobody_said_who_it_is(shipped: Instrument) -> None:
    sender = Sender(board="De Vuurtoren", agency="Zeewind", contact="M. de Boer")
    assert len(annex(shipped, (), "en", DAY).made) + 1 == len(annex(shipped, (), "en", DAY, sender).made)
