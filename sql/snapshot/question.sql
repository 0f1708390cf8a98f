-- purpose: what was asked.
-- grain:   one row per publication x question. reads: frame_question. fills: question.
create table question as
select * from frame_question
