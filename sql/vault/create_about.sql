-- purpose: keep where the wave came from and by which rules it is read.
-- grain:   one row per key. reads: frame_about. fills: about.
create table about as
select * from frame_about
