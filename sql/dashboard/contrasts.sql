-- What published ranges say about differences in one wave: words, arrows and colours come from here alone.
-- Grain: one row per cell, measure and what it is compared with. Reads: contrast.
-- With `earlier` those with that wave only; without, all but those with a wave further back than a year.
select *
from contrast
where
    wave = $wave
    and case
        when $earlier is null then against <> 'earlier'
        else against = 'earlier' and earlier = $earlier
    end
