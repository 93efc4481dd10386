"""Many circles, one purse: what each circle gets, why, and the proof (``siting nation``). Light to import."""
