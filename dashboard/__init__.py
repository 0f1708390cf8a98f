"""The pages a school board reads: published snapshots in, words and charts out."""
