# SPDX-License-Identifier: GPL-3.0-or-later
"""One hyperopt study of Optuna's for the freqtrade processes of many machines, its workers.

`run` holds the run that the strategy offers to share, `session` is a worker's place in the study,
`sampler` stands between freqtrade and it, `per_trial_sampler` proposes parameters, and `present`
those with which a search begins, shared or not. `storage` and `journal` keep the study,
`trial_ledger` orders its trials, `workers` tells living workers from dead ones, `fingerprint` says
in what two runs differ. `reports` carries what the workers found; `progress` counts it and `export`
writes it for freqtrade.
"""
