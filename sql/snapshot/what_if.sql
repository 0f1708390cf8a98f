-- purpose: the share at risk at every share of coverage of a pillar.
-- grain:   one row per publication x group x pillar x coverage. reads: frame_what_if. fills: what_if.
create table what_if as
select * from frame_what_if
