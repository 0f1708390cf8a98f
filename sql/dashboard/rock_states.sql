-- The four states of having a rock per group, as ranges that follow from the published bands.
-- Grain: one row per group and state. Reads: rock_state.
select *
from rock_state
where
    wave = $wave
    and table_id = $table_id
order by level_1, level_2, state
