-- What leaders were asked in one wave.
-- Grain: one row per question. Reads: question.
select code, scale, nl, en, asked, position
from question
where wave = $wave
order by position, code
