"""Evaluation: sample accounts, known questions, the suite that asks them, the benchmark."""
