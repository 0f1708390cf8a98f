-- purpose: stop a publication in which this does not hold: no count below the minimum cell is published.
-- grain:   one row per violation; any row stops it.
select cell.*
from cell
inner join policy
    on
        cell.publication = policy.publication
        and policy.key = 'k_' || cell.class
where
    cell.status = 'published'
    and cell.n < policy.value::integer * greatest(1, cell.way)
