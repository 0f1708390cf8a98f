-- purpose: read about of one wave back, in the order of import.
-- grain:   as stored. reads: about.
select * from about
