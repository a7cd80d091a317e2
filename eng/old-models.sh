#!/usr/bin/env bash
# Do models that an older revision saved load in this one, and score the same to the bit? Builds that revision in a temporary folder, lets it save
# a model of every trainer, task and input, and lets this tree load and score them. Ends with the number of models that do not.
#
#   eng/old-models.sh REVISION [FOLDER]
#
# FOLDER: where the revision is built and its models are kept, to be used again; a new temporary one otherwise. Builds neither tree's packages
# twice. Needs the contract tests of this tree built: dotnet build tests/Microsoft.ML.Extensions.Contract.Tests
set -euo pipefail
cd "$(dirname "$0")/.."
revision=${1:?which revision is to save the models?}
folder=${2:-$(mktemp -d)}
tests=tests/Microsoft.ML.Extensions.Contract.Tests
program=bin/Debug/net10.0/Microsoft.ML.Extensions.Contract.Tests
if [ ! -d "$folder/models" ]; then
    git clone --quiet . "$folder/source"
    git -C "$folder/source" checkout --quiet "$revision"
    cp "$tests/OldModels.cs" "$folder/source/$tests/"
    # The older program does not know the command.
    sed -i 's/^var builder = await/if (args is [OldModels.Command, ..]) { return OldModels.Run(args); }\n&/' "$folder/source/$tests/Program.cs"
    dotnet build --verbosity quiet "$folder/source/$tests"
    "$folder/source/$tests/$program" old-models save "$folder/models.part"
    mv "$folder/models.part" "$folder/models"
fi
"$tests/$program" old-models compare "$folder/models"
