-- purpose: keep rows that did not load, with their rule (still personal answers).
-- grain:   one row per rejected row. reads: frame_rejected. fills: rejected.
create table rejected as
select * from frame_rejected
