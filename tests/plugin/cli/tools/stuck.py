#!/usr/bin/env python3
"""A tool that never ends: it asks the provider for its metadata and sleeps, whatever it is told to do."""

import os
import time
import urllib.request

urllib.request.urlopen(os.environ["STUCK_ISSUER"] + "/.well-known/openid-configuration").close()  # noqa: S310
time.sleep(3600)
