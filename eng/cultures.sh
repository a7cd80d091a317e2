#!/usr/bin/env bash
# Runs built test projects with the system's cultures, under one that writes a comma in numbers and one whose letters have another upper case.
# Usage: eng/cultures.sh [project ...], such as: eng/cultures.sh Core Sequence. Needs ICU, and `dotnet build` before.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
for project in "${@:-Core}"; do
    name="Microsoft.ML.Extensions.$project.Tests"
    folder="tests/$name/bin/Debug/net10.0"
    config=$(mktemp --suffix .runtimeconfig.json)
    sed 's/"System.Globalization.Invariant": true/"System.Globalization.Invariant": false/' "$folder/$name.runtimeconfig.json" > "$config"
    for locale in de_DE tr_TR; do
        echo "$project under $locale"
        LC_ALL=$locale.UTF-8 dotnet exec --runtimeconfig "$config" --depsfile "$folder/$name.deps.json" "$folder/$name.dll" || failed=1
    done
    rm "$config"
done
exit $failed
