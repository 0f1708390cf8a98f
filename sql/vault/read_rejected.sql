-- purpose: read rejected of one wave back, in the order of import.
-- grain:   as stored. reads: rejected.
select * from rejected
