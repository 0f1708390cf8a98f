-- One published cell of one measure, for figures and sentences.
-- Grain: at most one row. Reads: cell.
select *
from cell
where
    wave = $wave
    and measure = $measure
    and table_id = $table_id
    and level_1 is not distinct from $level_1
    and level_2 is not distinct from $level_2
