"""What builds, runs, checks and shows payrelay. Nothing deployed imports it."""
