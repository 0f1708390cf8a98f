"""The command that writes the board paper: where it puts it, and what it says when it cannot."""

import pytest

from dashboard.__main__ import main
from dashboard.story.snapshot import find


def asked(home, out, *more):
    return ["report", "--home", str(home), "--out", str(out), *more]


@pytest.mark.parametrize(
    ("form", "start"),
    [("pdf", b"%PDF"), ("pptx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("html", b"<!DOCTYPE html>")],
)
def test_the_paper_lies_where_it_was_asked_for(home_25, tmp_path, capsys, form, start):
    wave = find(home_25).snapshot.waves()[0]
    assert main(asked(home_25, tmp_path / "paper", "--wave", wave, "--format", form)) == 0
    assert (tmp_path / "paper").read_bytes().startswith(start)
    assert str(tmp_path / "paper") in capsys.readouterr().out


@pytest.mark.parametrize(("lang", "said"), [("nl", "nog niets gepubliceerd"), ("en", "Nothing has been published")])
def test_without_a_publication_it_says_what_to_do_first(home_empty, tmp_path, capsys, lang, said):
    assert main(asked(home_empty, tmp_path / "paper.pdf", "--wave", "2026Q3", "--lang", lang)) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "klankbord publish" in told
    assert not (tmp_path / "paper.pdf").exists()


def test_a_wave_that_was_not_published_is_refused_with_those_that_were(home_25, tmp_path, capsys):
    assert main(asked(home_25, tmp_path / "paper.pdf", "--wave", "1999Q1")) == 1
    told = capsys.readouterr().err
    assert "1999Q1" in told
    assert find(home_25).snapshot.waves()[0] in told
    assert len(told.splitlines()) == 1


def test_a_place_it_cannot_write_to_is_told_in_one_sentence(home_25, tmp_path, capsys):
    wave = find(home_25).snapshot.waves()[0]
    assert main(asked(home_25, tmp_path / "no" / "paper.pdf", "--wave", wave)) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("wrong", [[], ["--wave", "2026Q3", "--format", "docx"], ["--wave", "2026Q3", "--lang", "fr"]])
def test_wrong_usage_exits_with_two(home_empty, tmp_path, wrong):
    assert main(asked(home_empty, tmp_path / "paper.pdf", *wrong)) == 2


def test_when_the_newest_file_cannot_be_read_it_says_which_one_it_used(home_25, tmp_path, capsys):
    home = tmp_path / "home"
    (home / "published").mkdir(parents=True)
    good = find(home_25).snapshot.path
    (home / "published" / good.name).write_bytes(good.read_bytes())
    (home / "published" / "CURRENT").write_text("klankbord-9999.duckdb\n", encoding="utf-8")
    wave = find(home_25).snapshot.waves()[0]
    assert main(asked(home, tmp_path / "paper.xlsx", "--wave", wave, "--format", "xlsx")) == 0
    assert good.stem in capsys.readouterr().err
