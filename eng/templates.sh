#!/usr/bin/env bash
# Tries the packages as a user would: makes a project of each template, builds and runs it, and installs the tool and trains with it.
# Takes the folder of the packages, as `dotnet pack` fills it. Packages of others come from NuGet's folder, which a build has filled.
set -euo pipefail
packages=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A folder of packages that has ours from here alone, whatever another build of the same version left behind.
others=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir "$work/others"
for package in "$others"/*; do
    [[ $(basename "$package") == microsoft.ml.extensions.* ]] || ln -s "$package" "$work/others/"
done
export NUGET_PACKAGES=$work/own NUGET_FALLBACK_PACKAGES=$work/others DOTNET_CLI_HOME=$work
cat > "$work/nuget.config" <<XML
<configuration><packageSources><clear /><add key="packed" value="$packages" /></packageSources></configuration>
XML
cd "$work"

new() {
    dotnet new "$@" --debug:custom-hive "$work/hive"
}

# A line that the program must print.
expect() {
    grep -E "$1" "$work/output" || { echo "no line '$1' in:" >&2; cat "$work/output" >&2; exit 1; }
}

new install "$packages"/Microsoft.ML.Extensions.Templates.*.nupkg
new mlx-classification -o Pumps --trainer RandomConvolution
(cd Pumps && dotnet run > "$work/output")
expect '^accuracy: (1|0\.9)'
expect '^predicted: (cylinder|bell|funnel) '

new mlx-forecasting -o Visits --horizon 7
(cd Visits && dotnet run > "$work/output")
expect '^mean_absolute_scaled_error: 0\.'
[ "$(grep -c 'eight times of ten' "$work/output")" -eq 7 ]

new mlx-webapi -o Service --trainer RandomConvolution
cd Service
dotnet build
features=$(head -2 data/train.csv | tail -1 | cut -d, -f2-)
bin/Debug/net10.0/Service --urls http://127.0.0.1:0 > "$work/output" & server=$!
trap 'kill $server; rm -rf "$work"' EXIT
for _ in $(seq 120); do
    grep -q 'Now listening on' "$work/output" && break
    sleep 0.5
done
address=$(sed -nE 's/.*Now listening on: (http[^ ]*).*/\1/p' "$work/output")
ask() {
    curl -s -w '\n%{http_code}\n' -H 'Content-Type: application/json' "$@" | tee "$work/answer"
}
ask -d "{\"features\": [$features]}" "$address/predict"
grep -q '"predictedLabel":"cylinder"' "$work/answer"
ask -d '{"features": [1, 2]}' "$address/predict"
grep -q '^400$' "$work/answer"
ask "$address/health"
grep -q '^Healthy' "$work/answer"
ask "$address/openapi/v1.json"
grep -q '"/predict"' "$work/answer"
cd "$work"

dotnet tool install Microsoft.ML.Extensions.Tool --tool-path "$work/tool" --version '*'
unset NUGET_FALLBACK_PACKAGES
MLX_LIBTORCH=$(echo "$others"/libtorch-cpu-linux-x64/*/runtimes/linux-x64/native) \
    tool/mlx train classification -d Pumps/data/train.csv --label-col label --trainer NeuralTangentKernel > "$work/output"
expect '^accuracy: 0\.|^accuracy: 1'
NUGET_PACKAGES=$others tool/mlx predict -m Train/Train.zip -d Pumps/data/test.csv > "$work/output"
expect '^120,'
NUGET_PACKAGES=$others tool/mlx export -m Train/Train.zip -d Pumps/data/test.csv -o train.onnx > "$work/output"
expect '^Written to train.onnx'
echo "templates and tool run"
