"""Pictures of the flows: played on a real world, recorded, and drawn from the record."""
