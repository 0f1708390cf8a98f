-- Need for support beside support in the whole board, as ranges that follow from the published bands.
-- Grain: one row per state. Reads: need_state.
select *
from need_state
where
    wave = $wave
    and table_id = 'total'
