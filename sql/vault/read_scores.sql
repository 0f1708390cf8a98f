-- purpose: read scores of one wave back, in the order of import.
-- grain:   as stored. reads: scores.
select * from scores
