#!/usr/bin/env bash
# The peer of the recurrence benchmark that .NET does not bring: PyTorch from Debian's packages.
set -euo pipefail
apt-get update
apt-get install --yes --no-install-recommends python3-torch libopenblas0-pthread
