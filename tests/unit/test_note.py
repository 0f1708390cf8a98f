"""Accountability on screen and on paper: one content, generated from the rules of the publication."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import trust
from dashboard.__main__ import main
from dashboard.door.asgi import give_note
from dashboard.readers import NOTE, ROLES
from dashboard.report.content import story_of
from dashboard.report.model import NotThere
from dashboard.report.note import accountability_note
from dashboard.report.phrases import texts
from dashboard.story.snapshot import Snapshot, find
from dashboard.story.wave import Story
from dashboard.trust import rows
from dashboard.words import LOCALES, sentences
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.app.test_pages import changed_home, text, visit
from tests.drawn import examples

OWN = {
    "k_coverage = 5": "k_coverage = 7",
    "k_outcome = 10": "k_outcome = 13",
    "retention_waves = 8": 'retention_waves = 3\nsteward = "agency"',
    "response_floor = 0.50": "response_floor = 0.55",
}


def snapshot_of(home: Path) -> Snapshot:
    found = find(home).snapshot
    assert found is not None
    return found


def newest(home: Path, lang: str) -> Story:
    snapshot = snapshot_of(home)
    return story_of(snapshot, snapshot.waves()[0], lang)


def squeezed(words: str) -> str:
    """Without white space, hyphens and marks, which typesetting and the texts put in."""
    return re.sub(r"[\s\u00ad\u2010*`\u2060-]", "", words)


def read(content: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


def rules(home: Path, lang: str) -> dict[str, str]:
    return {row[head]: list(row.values())[1] for row in rows.rules(newest(home, lang)) for head in [next(iter(row))]}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board with stricter rules of its own, and its own words on why it asks."""
    folder = tmp_path_factory.mktemp("own_rules")
    home = Home(folder / "home")
    home.instruments.mkdir(parents=True)
    policy = (INSTRUMENTS / "policy.toml").read_text(encoding="utf-8")
    for before, after in OWN.items():
        assert before in policy
        policy = policy.replace(before, after)
    (home.instruments / "policy.toml").write_text(policy, encoding="utf-8")
    about = (INSTRUMENTS / "instrument.toml").read_text(encoding="utf-8")
    asked = about.replace('"To see how many leaders', '"Because we ourselves want to see how many leaders')
    (home.instruments / "instrument.toml").write_text(asked, encoding="utf-8")
    write_sample(folder, load_instrument(), 60, 1, 5)
    file = next(folder.glob("responses_*.csv"))
    wave = Wave(file.stem.removeprefix("responses_"))
    import_wave(home, Source(file, wave, roster=folder / "roster.csv", is_sample=True))
    publish_wave(home, wave)
    return home.path


@pytest.mark.parametrize("lang", LOCALES.languages)
@pytest.mark.parametrize("board", ["home_120", "home_25"])
def test_the_note_is_tagged_paper_that_says_all_the_page_says(
    board: str, lang: str, request: pytest.FixtureRequest
) -> None:
    home = request.getfixturevalue(board)
    story, paper = newest(home, lang), accountability_note(snapshot_of(home), snapshot_of(home).waves()[0], lang)
    assert f"/Lang({lang})".encode() in paper.replace(b" ", b"")
    assert b"<pdfuaid:part>1" in paper
    assert b"/MarkInfo" in paper
    printed = squeezed(read(paper))
    told = [part for row in trust.parts(story) for part in row]
    assert len(told) >= 13
    for part in told:
        lines = [part.title, part.note, *part.text.split("\n"), *(cell for row in part.rows for cell in row.values())]
        missing = [line for line in lines if not is_printed(line, printed)]
        assert missing == [], part.code


def is_printed(line: str, printed: str) -> bool:
    """Whether a line is on the paper, whole or on either side of the foot of a page."""
    text = squeezed(line)
    return text in printed or any(text[:cut] in printed and text[cut:] in printed for cut in range(1, len(text)))


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_the_page_says_every_part_and_offers_the_note(
    home_120: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    app = visit(home_120, "accountability", monkeypatch, lang=lang)
    parts = [part for row in trust.parts(newest(home_120, lang)) for part in row]
    assert [header.value for header in app.header] == [part.title for part in parts]
    assert len(app.table) == sum(bool(part.rows) for part in parts)
    written = text(app)
    for line in (line for part in parts for line in (part.note, part.text) if line):
        assert line in written
    links = [element.proto.url for element in app.get("link_button")]
    assert links == [f"{NOTE}?wave={snapshot_of(home_120).waves()[0]}&lang={lang}"]


def test_a_board_with_other_rules_reads_other_texts_on_page_and_paper(
    home_single: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, changed = rules(home_single, "en"), rules(own, "en")
    assert {rule: value for rule, value in changed.items() if shipped[rule] != value} == {
        "Smallest group for figures about support": "7",
        "Smallest group for figures about stress and risk": "13",
        "Number of waves the vault may keep": "3",
        "Response below which we give no percentage": "55%",
    }
    story = newest(own, "en")
    on_page = text(visit(own, "accountability", monkeypatch, lang="en"))
    on_paper = read(accountability_note(story.snapshot, story.wave, "en"))
    for told in (
        "at most 3 waves", "fewer than 55% of a group",
        "The steward works for the survey agency.", "Because we ourselves want to see how many leaders",
        "once 3 more waves have come in",
    ):  # fmt: skip
        assert squeezed(told) in squeezed(on_page), told
        assert squeezed(told) in squeezed(on_paper), told
    elsewhere = text(visit(home_single, "accountability", monkeypatch, lang="en"))
    assert "The rules do not say whether the steward works" in elsewhere


@pytest.mark.parametrize(
    ("keeps", "said"),
    [
        ("8", "{next}{0}, once 6 more waves have come in."),
        ("3", "{next}{0}, as soon as one more wave comes in."),
        ("2", "{old}{0}{ask} {next}{1}, as soon as one more wave comes in."),
        ("1", "{old}{0} and {1}{ask} {next}{2}, as soon as one more wave comes in."),
        ("", ""),
    ],
)
def test_what_falls_due_is_told_by_the_newest_rule_and_the_waves_published(
    home_120: Path, tmp_path: Path, keeps: str, said: str
) -> None:
    home = changed_home(home_120, tmp_path, f"update policy set value = '{keeps}' where key = 'retention_waves'")
    story = newest(home, "en")
    oldest_first = [story.words.wave(wave) for wave in reversed(story.snapshot.waves())]
    old, ask = sentences("en")["trust.due_now"].split("{waves}")
    assert rows.due(story) == said.format(*oldest_first, next="Next to go are those of ", old=old, ask=ask)


def test_a_snapshot_of_an_earlier_version_gives_the_definition_of_a_scale_for_its_reason(
    home_25: Path, tmp_path: Path
) -> None:
    home = changed_home(
        home_25, tmp_path, "delete from dictionary where kind = 'purpose'",
        "delete from policy where key in ('steward', 'width_coverage', 'width_outcome', 'width_share', 'silent_odds')",
        "update publication set opens = null, closes = null",
    )  # fmt: skip
    story = newest(home, "en")
    reasons = {row["Topic"]: row["Why we ask"] for row in rows.purposes(story)}
    assert reasons["Alone in the role"].startswith("How alone the school leader feels")
    assert reasons["Other questions"] == "–"
    assert accountability_note(story.snapshot, story.wave, "en").startswith(b"%PDF")


def test_every_question_is_counted_under_one_subject(home_25: Path) -> None:
    story = newest(home_25, "en")
    counted = sum(int(row["Questions"]) for row in rows.purposes(story))
    assert counted == sum(row["Asked"] == "yes" for row in rows.questions(story))
    assert len(rows.purposes(story)) == len(load_instrument().purposes)


def test_every_role_and_everybody_with_access_is_told_what_they_see() -> None:
    assert set(ROLES) < set(rows.READERS)
    for lang in LOCALES.languages:
        assert {f"trust.{kind}_{who}" for kind in ("reader", "sees", "not_sees") for who in rows.READERS} <= set(
            sentences(lang)
        )


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_no_word_of_the_table_of_readers_is_too_long_for_a_telephone(lang: str) -> None:
    cells = [said for key, said in sentences(lang).items() if re.match(r"trust\.(reader|sees|not_sees)_", key)]
    assert [word for cell in cells for word in re.split(r"[\s\u00ad-]", cell) if len(word) > 16] == []


@pytest.mark.parametrize("lang", LOCALES.languages)
def test_no_figure_stands_in_the_texts_of_page_and_note_themselves(lang: str) -> None:
    sections = ("trust.", "rule.", "audit.", "model.", "reliability.")
    own_texts = {key: said for key, said in sentences(lang).items() if key.startswith(sections)}
    own_texts |= {key: said for key, said in texts(lang).items() if key.startswith("note.")}
    assert [key for key, said in own_texts.items() if re.search(r"\d", re.sub(r"\{\w+\}", "", said))] == []


def test_the_command_writes_the_note_of_the_newest_wave_or_the_one_named(home_120: Path, tmp_path: Path) -> None:
    waves = snapshot_of(home_120).waves()
    for wave, more in ((waves[0], []), (waves[-1], ["--wave", waves[-1]])):
        out = tmp_path / f"{wave}.pdf"
        assert main(["note", "--home", str(home_120), "--out", str(out), "--lang", "en", *more]) == 0
        assert out.read_bytes() == accountability_note(snapshot_of(home_120), wave, "en")


def test_the_command_says_in_one_sentence_why_there_is_no_note(
    home_25: Path, home_empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for home, more in ((home_empty, []), (home_25, ["--wave", "1999Q1"])):
        assert main(["note", "--home", str(home), "--out", str(tmp_path / "note.pdf"), *more]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "note.pdf").exists()
    with pytest.raises(NotThere):
        accountability_note(snapshot_of(home_25), "1999Q1", "nl")


@pytest.fixture
def reader() -> TestClient:
    return TestClient(Starlette(routes=[Route(NOTE, give_note)]))


def test_the_address_of_the_note_gives_the_wave_and_language_asked_for(
    home_120: Path, monkeypatch: pytest.MonkeyPatch, reader: TestClient
) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(home_120))
    wave = snapshot_of(home_120).waves()[1]
    given_ = reader.get(NOTE, params={"wave": wave, "lang": "en"})
    assert given_.content == accountability_note(snapshot_of(home_120), wave, "en")
    assert given_.headers["content-type"] == "application/pdf"
    assert given_.headers["content-disposition"] == f'attachment; filename="klankbord-{wave}-note-en.pdf"'


@pytest.mark.hypothesis
def test_no_question_to_the_address_of_the_note_breaks_it(
    home_25: Path, monkeypatch: pytest.MonkeyPatch, reader: TestClient
) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(home_25))

    @examples(25)
    @given(st.dictionaries(st.sampled_from(["wave", "lang", "region"]), st.text(max_size=20)))
    def ask(query: dict[str, str]) -> None:
        answer = reader.get(NOTE, params=query)
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")

    ask()


def test_without_a_publication_the_address_of_the_note_holds_nothing(
    home_empty: Path, monkeypatch: pytest.MonkeyPatch, reader: TestClient
) -> None:
    monkeypatch.setenv("KLANKBORD_HOME", str(home_empty))
    assert reader.get(NOTE).status_code == 404


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_accountability_points_to_no_file_that_its_reader_cannot_open(home_120: Path, lang: str) -> None:
    snapshot = snapshot_of(home_120)
    said: list[str] = []
    for row in trust.parts(story_of(snapshot, snapshot.waves()[0], lang)):
        for part in row:
            said += [part.note, part.text, *(word for line in part.rows for word in line.values())]
    assert len(said) > 100
    assert [words for words in said if re.search(r"\bdocs/|\.md\b", words)] == []
