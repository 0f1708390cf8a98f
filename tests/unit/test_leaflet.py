"""The leaflet for leaders: one sheet in two languages, with the places the board names and the rules in force."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.ground.errors import Refused
from pipelines.ground.messages import explain, sentences
from pipelines.instruments import Policy, load_instrument
from pipelines.questionnaire import leaflet, read_places

PLACES = """\
[[support_places]]
nl = "Vertrouwenspersoon"
en = "Confidential adviser"
how = "aan de balie van het #huis"

[[support_places]]
nl = "Intervisiegroep"
en = "Peer group"
how = "groep@bestuur.example"
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_instrument().policy(dt.date(2026, 9, 1))


def _read(tool: str, file: Path, *more: str) -> str:
    return subprocess.run([tool, str(file), *more], capture_output=True, text=True, check=True).stdout


def _squeezed(text: str) -> str:
    """Without white space and hyphens, which the typesetting puts in."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def _text(content: bytes, folder: Path) -> str:
    file = folder / "leaflet.pdf"
    file.write_bytes(content)
    return _read("pdftotext", file, "-")


def _run(monkeypatch: pytest.MonkeyPatch, lang: str, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["klankbord", "leaflet", "--lang", lang, *map(str, words)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(("lang", "roles"), [("nl", ["Vertrouwenspersoon", "Intervisiegroep"]),
                                             ("en", ["Confidential adviser", "Peer group"])])  # fmt: skip
@pytest.mark.parametrize("where", ["in the home", "named"])
def test_the_command_writes_one_tagged_sheet_with_the_places_of_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    lang: str, roles: list[str], where: str,
) -> None:  # fmt: skip
    out, home = tmp_path / "out.pdf", tmp_path / "home"
    file = home / "instruments" / "leaflet.toml" if where == "in the home" else tmp_path / "places.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PLACES, encoding="utf-8")
    named = [] if where == "in the home" else ["--places", file]
    assert _run(monkeypatch, lang, "--out", out, "--home", home, *named) == 0
    assert capsys.readouterr().out.count("\n") == 1
    info = _read("pdfinfo", out)
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Pages:\s+2\n", info)
    assert re.search(r"Page size:.*A4", info)
    text = _squeezed(_read("pdftotext", out, "-"))
    for told in (*roles, "aan de balie van het #huis", "groep@bestuur.example"):
        assert _squeezed(told) in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_sentence_of_the_leaflet_is_on_the_sheet(policy: Policy, tmp_path: Path, lang: str) -> None:
    own = {key: text for key, text in sentences(lang).items() if key.startswith("leaflet.")}
    found = _squeezed(_text(leaflet((), policy, lang), tmp_path))
    left_out = [key for key, text in own.items() if "{" not in text and _squeezed(text) not in found]
    assert left_out == ["leaflet.where_given"]
    kinds = [sum(key.startswith(f"leaflet.{kind}_") and not key.endswith("_more") for key in own)
             for kind in ("question", "belief", "ask", "step")]  # fmt: skip
    assert kinds == [5, 4, 6, 4]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_without_places_there_are_empty_lines_and_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    out = tmp_path / "out.pdf"
    assert _run(monkeypatch, lang, "--out", out, "--home", tmp_path) == 0
    assert "leaflet.toml" in capsys.readouterr().out
    assert _squeezed(sentences(lang)["leaflet.where_blank"]) in _squeezed(_read("pdftotext", out, "-"))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_changed_policy_changes_the_leaflet_and_no_other_figure_is_in_it(
    policy: Policy, tmp_path: Path, lang: str
) -> None:
    stricter = policy.model_copy(update={"k_coverage": 7, "k_outcome": 14, "retention_waves": 33})
    figures = [re.findall(r"\d+", _text(leaflet((), rules, lang), tmp_path)) for rules in (policy, stricter)]
    assert figures == [[str(policy.k_coverage), str(policy.k_outcome), str(policy.retention_waves)], ["7", "14", "33"]]


def test_the_same_places_and_policy_give_the_same_bytes(policy: Policy, tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(PLACES, encoding="utf-8")
    assert leaflet(read_places(file), policy, "nl") == leaflet(read_places(file), policy, "nl")


INLINE = 'support_places = [\n  {nl = "a", en = "b", how = "c"},\n  {nl = "a", how = "c"},\n]\n'


@pytest.mark.parametrize(
    ("content", "rule", "line", "key"),
    [
        (PLACES.replace('"Peer group"', "Peer group"), "leaflet_not_toml", 8, None),
        (PLACES + 'nl = "', "leaflet_not_toml", 10, None),
        (PLACES.replace("Peer", "P\xe9er").encode("latin-1"), "leaflet_not_toml", 8, None),
        (PLACES.replace('en = "Peer group"\n', ""), "leaflet_place", 6, "en"),
        (PLACES.replace('"Peer group"', '"  "'), "leaflet_place", 8, "en"),
        (PLACES.replace('"groep@bestuur.example"', "2026"), "leaflet_place", 9, "how"),
        (PLACES.replace('how = "groep', 'hoe = "groep'), "leaflet_place", 6, "how"),
        (PLACES + 'phone = "?"\n', "leaflet_place", 10, "phone"),
        (PLACES.replace("support_places", "places"), "leaflet_place", 1, "support_places"),
        ("\n" + 'support_places = ["Coach"]\n', "leaflet_place", 2, "support_places"),
        (INLINE, "leaflet_place", 3, "en"),
        ("", "leaflet_place", 1, "support_places"),
    ],
)
def test_a_wrong_file_of_places_is_refused_in_one_sentence_that_names_the_line(
    tmp_path: Path, content: str | bytes, rule: str, line: int, key: str | None
) -> None:
    file = tmp_path / "places.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Refused) as refusal:
        read_places(file)
    assert (refusal.value.rule, refusal.value.where["line"]) == (rule, line)
    assert refusal.value.where.get("key") == key
    for lang, word in (("nl", "regel"), ("en", "line")):
        told = explain(lang, refusal.value)
        assert told.startswith(f"places.toml, {word} {line}: ")
        assert "\n" not in told


def test_the_command_refuses_a_wrong_file_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, file = tmp_path / "out.pdf", tmp_path / "places.toml"
    file.write_text(PLACES.replace("[[", "[", 1), encoding="utf-8")
    assert _run(monkeypatch, "en", "--out", out, "--home", tmp_path, "--places", file) == 1
    assert capsys.readouterr().err.startswith("places.toml, line ")
    assert _run(monkeypatch, "en", "--out", out, "--home", tmp_path, "--places", tmp_path / "none.toml") == 1
    assert "none.toml" in capsys.readouterr().err
    assert not out.exists()


def test_more_places_than_the_sheet_holds_are_refused(policy: Policy, tmp_path: Path) -> None:
    file = tmp_path / "places.toml"
    file.write_text(PLACES * 3, encoding="utf-8")
    assert leaflet(read_places(file), policy, "nl").startswith(b"%PDF")
    file.write_text(PLACES * 20, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        leaflet(read_places(file), policy, "nl")
    assert refusal.value.rule == "leaflet_too_long"


def test_a_slip_in_the_places_does_not_stop_an_import(tmp_path: Path) -> None:
    (tmp_path / "leaflet.toml").write_text("support_places = oops", encoding="utf-8")
    assert load_instrument(tmp_path).about == load_instrument().about
