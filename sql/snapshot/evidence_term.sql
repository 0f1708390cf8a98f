-- purpose: the terms of the buffer models with their intervals.
-- grain:   one row per publication x outcome x term. reads: frame_evidence_term. fills: evidence_term.
create table evidence_term as
select * from frame_evidence_term
