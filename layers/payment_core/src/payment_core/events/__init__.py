"""Published events: what the world may hear of a sale. A version never changes."""
