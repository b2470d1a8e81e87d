"""What staff see. Imports nothing: template tags need this package before the theme is there (core/pages)."""
