"""Damage is seen, named, and shown the way back; `make prove` (prove_damage) tries a thousand more."""

from __future__ import annotations

import random
from itertools import cycle
from pathlib import Path

import pytest

from pipelines import vault
from pipelines.again import audit_wave
from pipelines.doctor import examine
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.publication import current
from pipelines.vault.removals import begin_removal
from tests.faults import damage
from tests.faults.scene import NEW, OLD, Scene, key_of_both_waves, make_scene
from tests.homes import as_before_hashes


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> damage.Whole:
    return damage.make_whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene") / "template")


@pytest.fixture
def scene(template: Scene, tmp_path: Path) -> Scene:
    return template.copy(tmp_path / "scene")


def turn_a_bit(place: Path) -> None:
    place.chmod(0o600)
    place.write_bytes(damage.one_bit(place.read_bytes(), random.Random(1)) or b"")


WAYS = dict(zip(damage.KINDS, cycle([*damage.HARMS, *damage.OTHERS]), strict=False))


@pytest.mark.parametrize("kind", damage.KINDS)
def test_damage_to_every_kind_of_file_is_seen_named_and_shown_the_way_back(whole: damage.Whole, kind: str) -> None:
    assert any(damage.trial(whole, kind, harm, random.Random(kind)) for harm in (WAYS[kind], "one bit"))


def test_a_hash_that_is_gone_is_seen_where_the_snapshots_before_it_were_taken_away(whole: damage.Whole) -> None:
    assert damage.trial(whole, "hash of a snapshot", "gone", random.Random(1))


def test_a_frozen_figure_that_changed_is_neither_published_nor_called_safe(scene: Scene) -> None:
    turn_a_bit(scene.home.vault / "publications" / f"{OLD}-1" / "cell.parquet")
    before = current(scene.home)
    for command in (
        lambda: publish_wave(scene.home, NEW),
        lambda: audit_wave(scene.home, PublicationId(f"{OLD}-1")),
        lambda: vault.back_up(scene.home, scene.folder / "b.age", (scene.folder / "public.txt").read_text()),
    ):
        with pytest.raises(Refused, match="vault_broken"):
            command()
    assert current(scene.home) == before
    assert "whole" in {finding.check for finding in examine(scene.home) if not finding.is_ok}


def test_a_damaged_secret_refuses_import_and_erase(scene: Scene) -> None:
    turn_a_bit(scene.home.vault / "secret")
    with pytest.raises(Refused, match="vault_broken"):
        vault.erase(scene.home, key_of_both_waves(scene))
    with pytest.raises(Refused, match="vault_broken"):
        import_wave(scene.home, Source(scene.export, NEW, roster=scene.roster))


def test_waves_under_another_secret_refuse_import_and_erase_even_where_nothing_has_a_hash(scene: Scene) -> None:
    as_before_hashes(scene.home)
    (scene.home.vault / "secret").write_text("ab" * 32)
    with pytest.raises(Refused, match="secret_other"):
        vault.erase(scene.home, key_of_both_waves(scene))
    with pytest.raises(Refused, match="secret_other"):
        import_wave(scene.home, Source(scene.export, NEW, roster=scene.roster))


@pytest.mark.parametrize("wave", [OLD, NEW])
def test_a_damaged_wave_is_made_anew_of_the_same_files_and_of_no_others(scene: Scene, wave: str) -> None:
    place = scene.home.vault / "waves" / f"{wave}.duckdb"
    export = scene.folder / "sample" / f"responses_{wave}.csv"
    before = vault.read(scene.home, Wave(wave), "answers")
    with pytest.raises(Refused, match="repair_not_needed"):
        import_wave(scene.home, Source(export, wave, roster=scene.roster, repair=True))
    turn_a_bit(place)
    with pytest.raises(Refused, match="wave_broken"):
        import_wave(scene.home, Source(export, wave, roster=scene.roster))
    with pytest.raises(Refused, match="repair_other_file"):
        import_wave(scene.home, Source(scene.folder / "sample" / "fewer.csv", wave, roster=scene.roster, repair=True))
    with pytest.raises(Refused, match="repair_other_file"):
        import_wave(scene.home, Source(export, wave, repair=True))
    import_wave(scene.home, Source(export, wave, roster=scene.roster, repair=True))
    assert vault.read(scene.home, Wave(wave), "answers").equals(before)
    assert [finding.check for finding in examine(scene.home) if not finding.is_ok] == []


def test_a_line_that_is_taken_out_of_the_log_stays_seen_when_others_follow(scene: Scene) -> None:
    log = scene.home.vault / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:-1]), encoding="utf-8")
    assert vault.log_fault(scene.home)
    vault.log(scene.home, "refused", wave=NEW)
    vault.log(scene.home, "refused", wave=NEW)
    assert vault.log_fault(scene.home)
    aside = vault.put_log_aside(scene.home)
    assert vault.log_fault(scene.home) is None
    assert (scene.home.vault / aside).read_text(encoding="utf-8").startswith(lines[0])


def test_a_home_of_before_is_said_to_have_no_hashes_and_gets_them_at_the_next_change(scene: Scene) -> None:
    home = as_before_hashes(scene.home)
    found = {finding.check: finding.is_ok for finding in examine(home)}
    assert found["whole_before"]
    assert all(found.values())
    publish_wave(home, NEW)
    assert vault.hashed(home)
    assert {finding.check for finding in examine(home)} >= {"whole", "fingerprints", "snapshot_current"}
    assert all(finding.is_ok for finding in examine(home))
    (home.vault / "hashes.json").unlink()
    with pytest.raises(Refused, match="hashes_broken"):
        vault.publications(home)


def test_a_removal_that_was_cut_off_and_cannot_be_read_is_named_and_nobody_goes_on(scene: Scene) -> None:
    begin_removal(scene.home, codes=["ab" * 16])
    turn_a_bit(scene.home.vault / "pending.json")
    assert [finding.check for finding in examine(scene.home) if not finding.is_ok] == ["whole"]
    with pytest.raises(Refused, match="vault_broken"):
        publish_wave(scene.home, NEW)
