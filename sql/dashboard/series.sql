-- One group followed through all waves, for trends.
-- Grain: one row per wave and measure. Reads: cell.
select *
from cell
where
    table_id = $table_id
    and level_1 is not distinct from $level_1
    and level_2 is not distinct from $level_2
order by wave
