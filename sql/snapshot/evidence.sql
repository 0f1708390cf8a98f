-- purpose: what may be said about the buffer.
-- grain:   one row per publication x outcome. reads: frame_evidence. fills: evidence.
create table evidence as
select * from frame_evidence
