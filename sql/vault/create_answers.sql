-- purpose: keep the conformed answers of one wave, wide (one column per question).
-- grain:   one row per leader who answered. reads: frame_answers. fills: answers.
create table answers as
select * from frame_answers
