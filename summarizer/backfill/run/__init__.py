"""The local runner: letters claimed from a ledger, read on this machine, and recorded one by one."""
