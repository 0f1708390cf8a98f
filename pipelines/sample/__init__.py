"""The sample: fictional waves, roster, outcomes and dates to try Klankbord with; never a finding.

write_sample: write the files of some waves into a folder; the same seed writes the same bytes.
"""

from pipelines.sample.write import write_sample

__all__ = ["write_sample"]
