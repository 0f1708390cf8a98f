-- purpose: one frozen publication of a wave.
-- grain:   one row per publication. reads: frame_publication. fills: publication.
create table publication as
select * from frame_publication
