-- One group followed through all waves for one measure, for trends.
-- Grain: one row per wave. Reads: cell.
select *
from cell
where
    measure = $measure
    and table_id = $table_id
    and level_1 is not distinct from $level_1
    and level_2 is not distinct from $level_2
order by wave
