-- purpose: whether leaders who answered twice changed, board-wide.
-- grain:   one row per publication x measure. reads: frame_change. fills: change.
create table change as
select * from frame_change
