-- Every measure of one group in one wave, for pillars and the drill-down.
-- Grain: one row per measure. Reads: cell.
select *
from cell
where
    wave = $wave
    and table_id = $table_id
    and level_1 is not distinct from $level_1
    and level_2 is not distinct from $level_2
order by measure
