"""What fails in the computer has a sentence of its own, in both languages, wherever it is told."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.ground.errors import Refused
from pipelines.ground.failures import RULES, foreseen, rule_of
from pipelines.ground.language import Locales
from pipelines.ground.messages import explain, sentences
from pipelines.ground.settings import ROOT


@pytest.mark.parametrize(
    ("failure", "rule"),
    [
        (OSError(errno.EIO, "Input/output error", "/vault/waves"), "disk_failing"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota_full"),
        (OSError(errno.EROFS, "Read-only file system"), "read_only"),
        (OSError(errno.ENOSPC, "No space left on device"), "no_space"),
        (OSError(errno.EMFILE, "Too many open files"), "too_many_files"),
        (MemoryError(), "no_memory"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), "no_memory"),
        (duckdb.IOException("IO Error: Could not write file: Input/output error"), "disk_failing"),
        (duckdb.IOException("IO Error: Corrupt database file"), "data_damaged"),
        (pl.exceptions.ComputeError("parquet: File out of specification"), "data_damaged"),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (KeyError("a mistake of ours"), None),
    ],
)
def test_a_failure_of_the_computer_is_known_by_its_number_its_words_or_its_name(
    failure: Exception, rule: str | None
) -> None:
    assert rule_of(failure) == rule
    if rule is None:
        with pytest.raises(type(failure)), foreseen():
            raise failure
        return
    with pytest.raises(Refused, match=rule) as refusal, foreseen():
        raise failure
    for lang in Locales(ROOT / "pipelines" / "locales").languages:
        said = explain(lang, refusal.value)
        assert "{" not in said
        assert said != explain(lang, Refused("unexpected", kind="OSError"))


def test_every_rule_has_its_sentence_in_both_languages() -> None:
    for lang in ("nl", "en"):
        assert {f"error.{rule}" for rule in (*RULES.values(), "data_damaged")} <= set(sentences(lang))


def test_memory_that_is_forbidden_is_said_and_not_called_unforeseen(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_memory"), foreseen(), duckdb.connect(str(tmp_path / "x.duckdb")) as database:
        database.execute("set memory_limit = '1MB'; set temp_directory = ''; create table t as from range(10000000)")
