-- The groups of one dimension in one wave, in their own order, for filters.
-- Grain: one row per level. Reads: level.
select *
from level
where
    wave = $wave
    and dimension = $dimension
order by position, level
