"""Scorecard -> what people and programs read. A report judges nothing and reads nothing but the scorecard."""
