#!/usr/bin/env bash
# Runs the contract suite with libtorch scoring where C# kernels would (docs/Serving.md names the switch), after `dotnet build`.
# Arguments go to the test program; without any, all tests run but those of the kernels themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
built=tests/Microsoft.ML.Extensions.Contract.Tests/bin/Debug/net10.0
own=tests/Microsoft.ML.Extensions.Contract.Tests/bin/Libtorch/net10.0
rm -rf "$own"
mkdir -p "$own"
cp -r "$built/." "$own"
config=$own/Microsoft.ML.Extensions.Contract.Tests.runtimeconfig.json
python3 - "$config" <<'PYTHON'
import json, sys
path = sys.argv[1]
config = json.load(open(path))
config["runtimeOptions"].setdefault("configProperties", {})["Microsoft.ML.Extensions.ScoreWithLibtorch"] = True
json.dump(config, open(path, "w"), indent=2)
PYTHON
[ $# -gt 0 ] || set -- --filter "ClassName!~Managed"
exec "$own/Microsoft.ML.Extensions.Contract.Tests" "$@" --no-ansi --progress off
