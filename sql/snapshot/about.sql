-- purpose: where this snapshot comes from.
-- grain:   one row per key. reads: frame_about. fills: about.
create table about as
select * from frame_about
