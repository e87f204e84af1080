# SPDX-License-Identifier: GPL-3.0-or-later
"""freqtrade from outside: its process, user directory, configuration and result files.

Everything that imports freqtrade without being a strategy stands here. `process` runs its commands,
`user_directory` installs what they need, `exchange_access` reads its configuration,
`backtest_result` its result files, and `engine_calls` what the engine computed inside it.
"""
