-- The smallest group that each publication tells of, by how a figure is protected.
-- Grain: one row per publication and class. Reads: policy.
select
    publication,
    replace(key, 'k_', '') as class,
    cast(value as integer) as fewest
from policy
where key in ('k_coverage', 'k_outcome')
