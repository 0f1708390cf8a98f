-- The means of one group through all waves, in the columns of a cell: edges from 0 to 1, said in points of 0-100.
-- Grain: one row per wave and scale. Reads: mean.
select
    *,
    'mean:' || scale as measure,
    lo / 100 as low,
    hi / 100 as high,
    'points' as unit
from mean
where
    table_id = $table_id
    and level_1 is not distinct from $level_1
    and level_2 is not distinct from $level_2
order by wave
