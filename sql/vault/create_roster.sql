-- purpose: keep who was on the roster, with dimensions.
-- grain:   one row per leader on the roster. reads: frame_roster. fills: roster.
create table roster as
select * from frame_roster
