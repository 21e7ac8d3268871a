"""Predictions by name: questions, ranked answers, and long outputs that go on where they were broken off."""
