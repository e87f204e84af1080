"""One Optuna study for the hyperopt processes of many machines.

`run` holds what the strategy offers to share, `session` is a process's place in the study,
`sampler` stands between freqtrade and it. `storage` and `journal` keep the study, `members` tells
living processes from dead ones, `fingerprint` says what differs, `reports` and `progress` carry
and count what the processes found.
"""
