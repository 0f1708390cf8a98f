-- The terms of the buffer models.
-- Grain: one row per outcome and term. Reads: evidence_term.
select *
from evidence_term
where wave = $wave
