-- purpose: keep which leaders left, where the policy lets that in.
-- grain:   one row per leader and event. reads: frame_outcomes. fills: outcomes.
create table outcomes as
select * from frame_outcomes
