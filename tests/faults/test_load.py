"""People read while a wave is published: no error page, nobody sees a mix. Six of them, until it is done; `make prove`
(prove_load) has twenty-five for three minutes.
"""

from pathlib import Path

from tests.bench.prove_load import board, read_while_publishing


def test_nobody_sees_an_error_or_a_mix_of_two_snapshots_while_a_wave_is_published(tmp_path: Path) -> None:
    seen = read_while_publishing(*board(tmp_path, 2), 6, 2.0, lambda seen: len(seen.again) >= 6)
    assert seen.errors == []
    assert seen.mixes == 0
    assert len(seen.first) == 6
    assert len(seen.snapshots) == 2  # somebody saw the old one, somebody the new one
