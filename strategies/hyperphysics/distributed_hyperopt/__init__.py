"""One Optuna study for the hyperopt processes of many machines.

`run` holds what the strategy offers to share, `session` is a process's place in the study,
`sampler` stands between freqtrade and it, and `numbered` draws. `storage` and `journal` keep the
study, `book` says what is written in it, `members` tells living processes from dead ones,
`fingerprint` says what differs. `reports` carries what the processes found; `progress` counts it
and `export` writes it for freqtrade.
"""
