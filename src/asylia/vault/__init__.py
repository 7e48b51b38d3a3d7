"""What this device keeps, sealed; runs the projections that record and casework bring."""
