-- The board's own targets, newest first per measure.
-- Grain: one row per measure and date. Reads: target.
select measure, share, since, reason_nl, reason_en
from target
order by measure, since desc
