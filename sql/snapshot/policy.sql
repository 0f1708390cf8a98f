-- purpose: the protection rules in force.
-- grain:   one row per publication x rule. reads: frame_policy. fills: policy.
create table policy as
select * from frame_policy
