"""Cases that wait run beside others: contracts are run by forked processes, the lanes, and reported in their order.

LanesPlugin    runs the loop of a run of contracts in the place of pytest's own          plugin.py
Schedule       hands cases to lanes, and reports them in the order in which they stand   schedule.py
Lane           one forked process, as the process of the user sees it                    lane.py
serve          what happens in a lane                                                    serving.py
Activity       tells whether a lane and all below it wait for something                  activity.py

A second case begins only while every case that runs is waiting, for a silent provider as it may be. So no two cases
contend for the processor, and what one of them measures is not disturbed.
"""

from __future__ import annotations

from pytest_auth_provider.lanes.plugin import LanesPlugin

__all__ = ["LanesPlugin"]
