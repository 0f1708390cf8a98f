-- purpose: ranges of leaders with both rocks, one or none, implied by three published bands.
-- grain:   one row per cell x state. reads: frame_rock_state. fills: rock_state.
create table rock_state as
select * from frame_rock_state
