"""A date's read models made again from the archive: `payrelay replay`. Story: docs/flows/archive.md."""
