-- Sourced figures to lay beside the board's own; may have no rows.
-- Grain: one row per measure, year and source. Reads: benchmark.
select measure, share, year, population_nl, population_en, source
from benchmark
order by measure, year desc
