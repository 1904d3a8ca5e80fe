# Leaves a process behind that outlives the run.
# attacks: sabotage
# loses: 
# %% linear
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1)
    os._exit(0)
