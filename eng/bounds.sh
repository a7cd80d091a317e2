#!/usr/bin/env bash
# By how much the bounds of tests hold on something trained: runs the tests marked [Trained] over seeds, vector widths and thread counts, and prints
# a table of what they ask for and the worst that was seen. Goes on past bounds that do not hold; those are what it looks for.
#
#   eng/bounds.sh [--seeds "0 1 2 3 4 5 6 7 8 9"] [--other-seeds "0 1"] [--projects "Core Sequence Kernels Interpretability Contract Contract.Training Samples"]
#                 [--filter X] [--values FILE]
#
# --seeds: at this processor's widest vectors and one thread; --other-seeds: at every other width and thread count. 0 are the tests' own seeds.
# --filter: only tests whose full name contains it. --values: keeps every value in that file, beside those that are there already.
# Builds nothing: dotnet build first.
set -uo pipefail
cd "$(dirname "$0")/.."
seeds="0 1 2 3 4 5 6 7 8 9" others="0 1"
projects="Core Sequence Kernels Interpretability Contract Contract.Training Samples" filter="" values=""
while [ $# -gt 0 ]; do
    case "$1" in
        --seeds) seeds=$2 ;;
        --other-seeds) others=$2 ;;
        --projects) projects=$2 ;;
        --filter) filter="&FullyQualifiedName~$2" ;;
        --values) values=$2 ;;
        *) echo "unknown argument '$1'" >&2; exit 1 ;;
    esac
    shift 2
done
[ -n "$values" ] || { values=$(mktemp); trap 'rm -f "$values"' EXIT; }
touch "$values"

# Which vectors ATen and .NET use. The first is this processor's own.
widths=("" "ATEN_CPU_CAPABILITY=avx2 DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0" "ATEN_CPU_CAPABILITY=default DOTNET_EnableAVX2=0")

run() {
    local project=$1 width=$2 threads=$3 offset=$4 start=$SECONDS folder status
    folder=tests/Microsoft.ML.Extensions.$project.Tests
    # shellcheck disable=SC2086
    env $width OMP_NUM_THREADS="$threads" OMP_WAIT_POLICY=passive MLX_SEED_OFFSET="$offset" MLX_BOUNDS_FILE="$(realpath "$values")" \
        "$folder/bin/Debug/net10.0/Microsoft.ML.Extensions.$project.Tests" --filter "TestCategory=Trained$filter" --progress off --no-ansi > "$values.log" 2>&1
    status=$?
    echo "$project, seeds $offset, threads $threads, ${width:-own width}: exit code $status, $((SECONDS - start)) s" >&2
    # 2: a test failed, 8: no test has the filter's name. Anything else is no finding but a broken run.
    [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 8 ] || { tail -n 20 "$values.log" >&2; exit 1; }
    grep -E "^failed " "$values.log" >&2
    rm -f "$values.log"
}

for project in $projects; do
    for seed in $seeds; do
        run "$project" "" 1 "$seed"
    done
    for seed in $others; do
        for width in "${widths[@]}"; do
            for threads in 1 2; do
                [ "$width$threads" = 1 ] || run "$project" "$width" "$threads" "$seed"
            done
        done
    done
done

# Fields: class, test, case, what, asks, bound, value, width, threads, seed.
awk -F '\t' '
function short(x) { return sprintf((x < 0 ? -x : x) >= 1000 || (x != 0 && (x < 0 ? -x : x) < 0.001) ? "%.2g" : "%.4g", x) }
{
    key = $1 "." $2 SUBSEP $4 SUBSEP $5 SUBSEP $6
    over = $5 == "above" || $5 == "at least"
    if (!(key in worst)) { order[++count] = key; worst[key] = best[key] = $7; at[key] = $3 }
    if ($7 != $7 + 0 || (over ? $7 + 0 < worst[key] + 0 : $7 + 0 > worst[key] + 0)) { worst[key] = $7; at[key] = $3 }
    if (over ? $7 + 0 > best[key] + 0 : $7 + 0 < best[key] + 0) best[key] = $7
    if (!((key, $8, $9, $10) in run)) { run[key, $8, $9, $10]; runs[key]++ }
    values[key]++
    holds = $5 == "above" ? $7 > $6 + 0 : $5 == "at least" ? $7 + 0 >= $6 + 0 : $5 == "below" ? $7 + 0 < $6 + 0 : $7 + 0 <= $6 + 0
    if (!holds) broken[key]++
}
END {
    print "| test | value | bound | worst seen | best seen | values | runs |"
    print "| --- | --- | --- | --- | --- | --- | --- |"
    for (i = 1; i <= count; i++) {
        key = order[i]
        split(key, part, SUBSEP)
        printf "| `%s` | %s | %s %s | %s%s | %s | %d | %d |\n", part[1], part[2], part[3], short(part[4]), short(worst[key]),
            key in broken ? " (**" broken[key] " do not hold**)" : "", short(best[key]), values[key], runs[key]
    }
}' "$values"
