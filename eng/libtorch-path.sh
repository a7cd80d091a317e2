#!/usr/bin/env bash
# Runs the contract suite with libtorch scoring where C# kernels would (docs/Serving.md names the switch), after `dotnet build`.
# Arguments go to both test programs; without any, all tests run but those of the kernels themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- --filter "ClassName!~Managed"
ran=0 failed=0
for project in Contract Contract.Training; do
    name=Microsoft.ML.Extensions.$project.Tests
    built=tests/$name/bin/Debug/net10.0
    own=tests/$name/bin/Libtorch/net10.0
    rm -rf "$own"
    mkdir -p "$own"
    cp -r "$built/." "$own"
    config=$own/$name.runtimeconfig.json
    python3 - "$config" <<'PYTHON'
import json, sys
path = sys.argv[1]
config = json.load(open(path))
config["runtimeOptions"].setdefault("configProperties", {})["Microsoft.ML.Extensions.ScoreWithLibtorch"] = True
json.dump(config, open(path, "w"), indent=2)
PYTHON
    status=0
    "$own/$name" "$@" --no-ansi --progress off || status=$?
    # 8: the arguments select no test of this program.
    case $status in
        0) ran=1 ;;
        8) ;;
        *) ran=1 failed=1 ;;
    esac
done
[ $ran -eq 1 ] || exit 8
exit $failed
