-- purpose: keep the scale scores (integers x1000) of one wave.
-- grain:   one row per leader who answered. reads: frame_scores. fills: scores.
create table scores as
select * from frame_scores
