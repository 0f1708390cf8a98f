-- The share at risk at every share of coverage of a pillar.
-- Grain: one row per group, pillar and coverage. Reads: what_if.
select *
from what_if
where wave = $wave
