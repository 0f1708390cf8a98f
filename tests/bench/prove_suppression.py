"""What other ways of protecting would leak on the very same answers; for a privacy officer.

A reader who knows the roster asks, for every leader with a profile of their own and every measure: can the other
answer be true? Each question is one integer program over all published cells. One table, one row per way.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import highspy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import Grouped
from pipelines.counting.cells import lay_out
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection.bands import band, band_edges, number_of_bins, spare_counts
from pipelines.sample import write_sample
from pipelines.vault.archive import read_frozen
from tests.boards import grouped_of

LEADERS, SEED, WAVE, K, M, WIDTH = 110, 1, "2026Q3", 5, 2, 3
Ints = NDArray[np.int64]
Told = tuple[Ints, Ints]  # (measures, cells) lowest and highest count; 0 and n where nothing is told


def threshold_only(size: Ints, yes: Ints, _: Ints) -> Told:
    """Exact counts of every group of five or more: what survey tools do."""
    shown = size >= K
    return np.where(shown, yes, 0), np.where(shown, yes, size)


def linear_suppression(size: Ints, yes: Ints, places: Ints) -> Told:
    """Small groups and small minorities hidden, then more cells until none is a sum or difference of shown ones."""
    lo, hi = np.zeros_like(yes), np.tile(size, (len(yes), 1))
    people = np.zeros((len(size), len(places)))
    people[places.T, np.arange(len(places))] = 1
    for measure, count in enumerate(yes):
        shown = (size >= K) & (count >= M) & (size - count >= M)
        while True:
            hidden = np.flatnonzero(~shown & (size > 0))
            rows = np.flatnonzero(shown)
            weights, *_ = np.linalg.lstsq(people[rows].T, people[hidden].T, rcond=None)
            given = np.abs(people[rows].T @ weights - people[hidden].T).max(axis=0) < 1e-6
            if not given.any():
                break
            used = rows[np.abs(weights[:, given.argmax()]) > 1e-6]
            shown[used[size[used].argmin()]] = False
        lo[measure, shown], hi[measure, shown] = count[shown], count[shown]
    return lo, hi


def bands_without_audit(size: Ints, yes: Ints, _: Ints) -> Told:
    """Truthful bands of three for every group of five or more, proven by nobody."""
    lo, hi = np.zeros_like(yes), np.tile(size, (len(yes), 1))
    random = np.random.default_rng(SEED)
    for measure, cell in np.argwhere(np.broadcast_to(size >= K, yes.shape)):
        n = int(size[cell])
        picks = random.integers(number_of_bins(n, WIDTH), size=spare_counts(n, WIDTH)).tolist()
        held = band(band_edges(n, WIDTH, picks), int(yes[measure, cell]))
        if held:
            lo[measure, cell], hi[measure, cell] = held
    return lo, hi


def certain(truth: NDArray[np.bool_], places: Ints, told: Told, leaders: Ints) -> int:
    """How many answers of these leaders follow with certainty."""
    people, cells = len(places), told[0].shape[1]
    found = 0
    for measure in range(truth.shape[1]):
        lo, hi = told[0][measure], told[1][measure]
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("threads", 1)
        for _ in range(people):
            solver.addVar(0, 1)
        solver.changeColsIntegrality(people, np.arange(people), np.full(people, highspy.HighsVarType.kInteger))
        for cell in range(cells):
            inside = np.flatnonzero((places == cell).any(axis=1))
            if len(inside) and (lo[cell] > 0 or hi[cell] < len(inside)):
                solver.addRow(float(lo[cell]), float(hi[cell]), len(inside), inside, np.ones(len(inside)))
        for leader in leaders:
            other = float(not truth[leader, measure])
            solver.changeColBounds(int(leader), other, other)
            solver.run()
            found += solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
            solver.changeColBounds(int(leader), 0.0, 1.0)
    return found


def main() -> None:
    """Publish a fictional wave four ways and count the answers that follow."""
    with tempfile.TemporaryDirectory() as folder:
        sample, home = Path(folder) / "sample", Home(Path(folder) / "home")
        write_sample(sample, load_instrument(), LEADERS, 1, SEED)
        import_wave(home, Source(sample / f"responses_{WAVE}.csv", WAVE, roster=sample / "roster.csv", is_sample=True))
        material = grouped_of(home, WAVE)
        publication = publish_wave(home, WAVE).publication
        cell = read_frozen(home, publication, Cell)
    plan = {planned.attribute: set(planned.tables) for planned in material.instrument.plan.measure}
    in_groups = [a for a in material.planned if not a.eligible and {"one_way", "region"} & plan[a.code]]
    measures = [attribute.code for attribute in in_groups]
    truth = material.yes_no.select(pl.col(measures).fill_null(value=False)).to_numpy()
    columns = [c for c in material.structure.merges if not c.endswith("_coarse") and material.people[c].n_unique() > 1]
    pairs = [(a, b) for i, a in enumerate(columns) for b in columns[i + 1 :]]
    layout = lay_out([(), *((c,) for c in columns), *pairs], material.people, None)
    places = layout.respondents
    size = np.bincount(places.ravel(), minlength=layout.cells.height)
    yes = np.stack([np.bincount(places[truth[:, m]].ravel(), minlength=len(size)) for m in range(len(measures))])
    _, profile, alike = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(alike[profile.ravel()] == 1)

    ways: dict[str, Callable[[Ints, Ints, Ints], Told]] = {
        "exact counts, groups of five or more": threshold_only,
        "and linear secondary suppression": linear_suppression,
        "bands of three, no audit": bands_without_audit,
    }
    print(f"{len(places)} respondents, {len(alone)} with a profile of their own, {len(measures)} measures,")
    print(f"{layout.cells.height} cells in {len(layout.tables)} tables (ours: the cells of its own plan).")
    print(f"{'published':40} answers that follow with certainty   seconds")
    for name, way in ways.items():
        start = time.monotonic()
        leaked = certain(truth, places, way(size, yes, places), alone)
        _tell(name, leaked, len(alone) * len(measures), start)
    start = time.monotonic()
    leaked = certain(truth, material.layout.respondents, _ours(material, cell, measures), alone)
    _tell("audited bands (Klankbord)", leaked, len(alone) * len(measures), start)


def _tell(name: str, leaked: int, answers: int, start: float) -> None:
    print(f"{name:40} {leaked:6} of {answers:5}   {time.monotonic() - start:20.1f}")


def _ours(material: Grouped, cell: pl.DataFrame, measures: list[str]) -> Told:
    layout = material.layout
    size = np.bincount(layout.respondents.ravel(), minlength=layout.cells.height)
    lo, hi = np.zeros((len(measures), len(size)), dtype=np.int64), np.tile(size, (len(measures), 1))
    for row, measure in enumerate(measures):
        told = cell.filter((pl.col("measure") == measure) & (pl.col("status") == "published"))
        told = told.join(layout.cells, on=["table_id", "level_1", "level_2"], nulls_equal=True)
        at = told["cell"].to_numpy()
        lo[row, at], hi[row, at] = told["lo"].to_numpy(), told["hi"].to_numpy()
    return lo, hi


if __name__ == "__main__":
    main()
