"""The vault: the restricted home of pseudonymous answers and of the publications made of them, for the steward only.

Nothing here decides what may be known: the vault keeps, hands out to who holds it, and takes away. Everything stored
is whole or not there at all, and a command that was killed is finished by the next one.

Who may come in
    open_home: the home a command works in; Refused when others can get at it.
    held: hold the vault alone while something changes, after finishing what a killed command left.
    access_faults: what is wrong with owners and rights of the folders, check by check.
    close_access: take away the rights that others should not have.
    is_vault_closed: whether this account cannot look into the vault, as is right for the dashboard's.
    is_private: whether other accounts can do nothing with a file.
    log: write down what was done, in counts.
    logged: what it says of one command.
    write_private: put a small file of the vault in its place in one step.
    clear_leftovers: remove what a killed command left half-built.

The answers of a wave
    stored_waves: the waves in the vault, oldest first.
    read: one table of a wave.
    read_about: where a wave came from, and the instrument it is read by.
    read_abouts: the same, followed by that of each import that came after the publication.
    read_late: one table of what came after the publication.
    StoredWave: all that is kept of one wave.
    load_waves: the waves up to one, each file opened once.
    store_wave: keep an import as the wave.
    store_late: keep an import beside the published wave.
    EVENTS: columns of the table of what happened to leaders.

What was fixed for a school year
    kept_structure: its groups and tables, if they were fixed yet.
    kept_structures: those of every school year.
    keep_structure: fix them.
    kept_plans, keep_plans: the same for what each family of attributes may tell.

What was begun
    keep_draft, drafts, forget_draft: what a steward decided about files that are not imported yet.
    broken_drafts: the files of those that are damaged.

Whose answers they are
    make_secret: the secret that codes are made with, on first use.
    is_for_sample: whether it is the one of the fictional waves, which everybody knows.
    leader_codes: the vault's codes for the agency's keys.
    drawing_key: the key of what a publication draws at random, made from that secret.
    erased_codes: the codes of who was erased, whom no import brings back.
    erase: remove one leader from everything.
    retain: remove the answers of waves that are past retention.
    Removed: what erase or retain took away.

Frozen publications
    publications: all of them, oldest wave first.
    publications_of: those of one wave.
    live_publications: those on show, one a wave.
    next_publication: the id of the one to make.
    is_live: whether one was not withdrawn.
    is_past_retention: whether who was counted is known no more.
    freeze: keep a new one for good.
    mark_withdrawn: take some off show.
    withdrawn_publications: those that were taken off show.
    read_frozen: one public table of one publication, as its schema is today.
    read_publication: all public tables of one.
    frozen_facts: what an outside auditor needs to know about one.
    read_respondents: who was counted in one; it never leaves the vault.
    RESPONDENTS: how that table is named where a publication is frozen.
    counted_under: the rules, groups and questions it was counted under.

Whether all is whole
    faults: all that is damaged, file by file, after reading all of it.
    hashed: how many files have a hash; None in a home of an earlier version.
    damaged_wave: the file of a wave that is damaged and may be made anew of what was imported.
    put_log_aside, log_fault: begin a new log where the old one is broken; what is wrong with it.

Back-ups
    make_backup_key: make a pair of keys.
    back_up: everything in one encrypted file.
    restore: the way back.
    remains: what a restore left that was killed.
    clear_remains: remove that.
"""

from pipelines.vault.accounts import (
    access_faults,
    close_access,
    is_private,
    is_vault_closed,
    open_home,
    write_private,
)
from pipelines.vault.archive import (
    RESPONDENTS,
    clear_leftovers,
    counted_under,
    freeze,
    frozen_facts,
    is_live,
    is_past_retention,
    live_publications,
    mark_withdrawn,
    next_publication,
    publications,
    publications_of,
    read_frozen,
    read_publication,
    read_respondents,
    withdrawn_publications,
)
from pipelines.vault.codes import drawing_key, erased_codes, is_for_sample, leader_codes, make_secret
from pipelines.vault.drafts import broken_drafts, drafts, forget_draft, keep_draft
from pipelines.vault.hashes import count as hashed
from pipelines.vault.log import log, log_fault, logged, put_log_aside
from pipelines.vault.restoring import clear_remains, remains, restore
from pipelines.vault.rights import Removed, back_up, erase, held, make_backup_key, retain
from pipelines.vault.school_years import keep_plans, keep_structure, kept_plans, kept_structure, kept_structures
from pipelines.vault.store import (
    EVENTS,
    read,
    read_about,
    read_abouts,
    read_late,
    store_late,
    stored_waves,
)
from pipelines.vault.waves import StoredWave, load_waves
from pipelines.vault.whole import damaged_wave, faults, store_wave

__all__ = [
    "EVENTS",
    "RESPONDENTS",
    "Removed",
    "StoredWave",
    "access_faults",
    "back_up",
    "broken_drafts",
    "clear_leftovers",
    "clear_remains",
    "close_access",
    "counted_under",
    "damaged_wave",
    "drafts",
    "drawing_key",
    "erase",
    "erased_codes",
    "faults",
    "forget_draft",
    "freeze",
    "frozen_facts",
    "hashed",
    "held",
    "is_for_sample",
    "is_live",
    "is_past_retention",
    "is_private",
    "is_vault_closed",
    "keep_draft",
    "keep_plans",
    "keep_structure",
    "kept_plans",
    "kept_structure",
    "kept_structures",
    "leader_codes",
    "live_publications",
    "load_waves",
    "log",
    "log_fault",
    "logged",
    "make_backup_key",
    "make_secret",
    "mark_withdrawn",
    "next_publication",
    "open_home",
    "publications",
    "publications_of",
    "put_log_aside",
    "read",
    "read_about",
    "read_abouts",
    "read_frozen",
    "read_late",
    "read_publication",
    "read_respondents",
    "remains",
    "restore",
    "retain",
    "store_late",
    "store_wave",
    "stored_waves",
    "withdrawn_publications",
    "write_private",
]
