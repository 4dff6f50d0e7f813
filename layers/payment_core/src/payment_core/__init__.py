"""What payrelay knows about payments: standard library only; time, chance and the world are passed in."""
