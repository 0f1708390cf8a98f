-- All means of one wave, in the columns of a cell: edges from 0 to 1, said in points of 0-100.
-- Grain: one row per cell. Reads: mean, level (for the order of the groups).
select
    mean.*,
    'mean:' || mean.scale as measure,
    mean.lo / 100 as low,
    mean.hi / 100 as high,
    'points' as unit,
    level.position as position_1
from mean
left join level
    on
        mean.publication = level.publication
        and mean.dim_1 = level.dimension
        and mean.level_1 = level.level
where mean.wave = $wave
order by mean.scale, level.position, mean.level_1
