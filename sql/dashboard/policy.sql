-- The rules a publication was made by.
-- Grain: one row per rule. Reads: policy, publication.
select policy.key, policy.value, policy.since, policy.reason_nl, policy.reason_en
from policy
inner join publication on policy.publication = publication.publication
where publication.wave = $wave
order by policy.key
