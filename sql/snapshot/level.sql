-- purpose: the groups of each dimension in a publication, after merging.
-- grain:   one row per publication, dimension and level. reads: frame_level. fills: level.
create table level as
select * from frame_level
