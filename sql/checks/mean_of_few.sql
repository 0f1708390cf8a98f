-- purpose: stop a publication in which this does not hold: a mean is about twice the minimum cell, or more.
-- grain:   one row per violation; any row stops it.
select mean.*
from mean
inner join policy
    on
        mean.publication = policy.publication
        and policy.key = 'k_' || mean.class
where
    mean.status = 'published'
    and mean.n < policy.value::integer * greatest(2, 1 + mean.way)
