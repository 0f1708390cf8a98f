-- purpose: read roster of one wave back, in the order of import.
-- grain:   as stored. reads: roster.
select * from roster
