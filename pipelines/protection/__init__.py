"""Protection: truthful bands, proved before anything is published; nothing leaves the vault by another way.

plan_school_year: groups and tables of a school year, fixed before any answer is counted.
plan_families: what each family of attributes may tell in it, table by table, before any answer is counted.
school_years: what each school year fixed, and what it leaves out.
SchoolYear: one of them; told line by line, it says what can be done.
planned_cells: what could be published by them, before anything is kept.
Proved, prove: of every family what its plan holds, at the first draw of bands that is proven safe.
Draw: what a publication is drawn by.
Foretold, foretell: what a publication may tell and cost at most, from roster, plan and rules alone.
Figures: what may be said about one attribute or mean, cell by cell.
Audited: what the audits of a publication came to, for the log of the vault.
audit_again: the audit of publications that are frozen.
Publication: what was told of a wave before.
check_batch: whether late answers may enter as one batch.
Released, pass_gate: what may be told of a wave, the only thing a publication is made from.
Modelled, let_models_through: what models may say, the other thing it is made from.
told_before: what an earlier publication of the wave let them say.
withheld_flags: which attributes are withheld because their scales measure too little.
ALL: the measure that counts all respondents.
auditor_facts: what an outside auditor needs to know beside the cells.
wider_keys: which cells lie around one.
Progress: who hears which family is being proved.
"""

from pipelines.protection.bands import wider_keys
from pipelines.protection.draws import Audited, Draw, Progress, Proved, audit_again, prove
from pipelines.protection.figures import Figures
from pipelines.protection.fixed import SchoolYear, school_years
from pipelines.protection.foretold import Foretold, foretell
from pipelines.protection.gate import ALL, Released, auditor_facts, let_models_through, pass_gate
from pipelines.protection.late import check_batch
from pipelines.protection.modelled import Modelled, told_before, withheld_flags
from pipelines.protection.plan import plan_families, plan_school_year, planned_cells
from pipelines.protection.published import Publication

__all__ = [
    "ALL",
    "Audited",
    "Draw",
    "Figures",
    "Foretold",
    "Modelled",
    "Progress",
    "Proved",
    "Publication",
    "Released",
    "SchoolYear",
    "audit_again",
    "auditor_facts",
    "check_batch",
    "foretell",
    "let_models_through",
    "pass_gate",
    "plan_families",
    "plan_school_year",
    "planned_cells",
    "prove",
    "school_years",
    "told_before",
    "wider_keys",
    "withheld_flags",
]
