"""What-if: the catalogue, the scenarios and the pilot circles as data."""
