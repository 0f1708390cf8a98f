"""What is named by its code has one that nothing else of its kind has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.ground.errors import Refused
from pipelines.ground.messages import explain
from pipelines.ground.settings import INSTRUMENTS
from pipelines.instruments import load_instrument

NATIVE = '[profile]\ncode = "native"\nnl = "Ons"\nen = "Ours"\n'


def refused(folder: Path) -> Refused:
    with pytest.raises(Refused) as refusal:
        load_instrument(folder)
    return refusal.value


@pytest.mark.parametrize("code", ["native", "limesurvey", "google_forms"])
def test_two_profiles_with_one_code_are_refused_by_the_names_of_their_files(tmp_path: Path, code: str) -> None:
    (tmp_path / "exports").mkdir()
    own = tmp_path / "exports" / "own.toml"
    own.write_text(NATIVE.replace("native", code), encoding="utf-8")
    refusal = refused(tmp_path)
    assert refusal.rule == "instrument_files_one_code"
    for lang in ("nl", "en"):
        said = explain(lang, refusal)
        assert f"exports/{code}.toml" in said
        assert "exports/own.toml" in said
        assert f"‘{code}’" in said
    own.write_text(NATIVE.replace("native", f"own_{code}"), encoding="utf-8")
    load_instrument(tmp_path)


def test_a_profile_in_a_file_of_the_same_name_replaces_the_other(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "native.toml").write_text(NATIVE, encoding="utf-8")
    assert [one.nl for one in load_instrument(tmp_path).profiles if one.code == "native"] == ["Ons"]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("pillars.toml", "pillar"), ("pillars.toml", "rock"), ("dimensions.toml", "dimension"),
        ("vocabulary.toml", "word"), ("instrument.toml", "purpose"),
    ],
)  # fmt: skip
def test_what_stands_twice_in_one_file_is_refused_by_its_code(tmp_path: Path, file: str, kind: str) -> None:
    text = (INSTRUMENTS / file).read_text(encoding="utf-8")
    _, mark, rest = text.partition(f"[[{kind}]]\n")
    entry = mark + rest.partition("\n[[")[0] + "\n"
    (tmp_path / file).write_text(f"{text}\n{entry}", encoding="utf-8")
    refusal = refused(tmp_path)
    assert (refusal.rule, refusal.where["file"], refusal.where["kind"]) == (
        "instrument_code_twice",
        file,
        f"[[{kind}]]",
    )
    assert all(str(refusal.where["code"]) in explain(lang, refusal) for lang in ("nl", "en"))


def test_two_scales_and_two_items_with_one_code_are_refused(tmp_path: Path) -> None:
    (tmp_path / "scales").mkdir()
    for path in (INSTRUMENTS / "scales").glob("*.toml"):
        (tmp_path / "scales" / path.name).write_bytes(path.read_bytes())
    stress = (tmp_path / "scales" / "stress.toml").read_text(encoding="utf-8")
    (tmp_path / "scales" / "stress_again.toml").write_text(stress, encoding="utf-8")
    assert refused(tmp_path).where["second"] == "scales/stress_again.toml"
    (tmp_path / "scales" / "stress_again.toml").write_text(
        stress.replace('code = "stress"', 'code = "strain"'), encoding="utf-8"
    )
    assert refused(tmp_path).where["code"] == "stress_1"
