-- purpose: what research elsewhere found.
-- grain:   one row per publication x finding. reads: frame_research. fills: research.
create table research as
select * from frame_research
