-- purpose: ranges of leaders with much or less need for support, and little or more of it.
-- grain:   one row per cell x state. reads: frame_need_state. fills: need_state.
create table need_state as
select * from frame_need_state
