-- purpose: read outcomes of one wave's import back.
-- grain:   as stored. reads: outcomes.
select * from outcomes
