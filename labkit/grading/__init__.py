"""Grading with nbgrader: a class, its submissions, its gradebook and its feedback."""
