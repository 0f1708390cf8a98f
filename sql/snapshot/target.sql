-- purpose: what the board wants to reach.
-- grain:   one row per measure and date. reads: frame_target. fills: target.
create table target as
select * from frame_target
