"""What Larder costs, measured: ``make bench``."""
