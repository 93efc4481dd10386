"""The application: data in, walking, gaps, one run end to end, results out."""
