"""What several commands need: arguments, files, the screen, freqtrade as a process."""
