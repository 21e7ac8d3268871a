"""What a row says beyond its metrics: by class and by stratum, how calibrated it is, its mistakes."""
