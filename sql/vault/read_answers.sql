-- purpose: read answers of one wave back, in the order of import.
-- grain:   as stored. reads: answers.
select * from answers
