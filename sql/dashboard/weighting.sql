-- Whether a federation's figures would stand if every group had answered alike.
-- Grain: one row per measure. Reads: weighting.
select *
from weighting
where wave = $wave
