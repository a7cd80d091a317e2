using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The tabular sets of the data folder.</summary>
internal static class TabularSets
{
    /// <summary>The twelve sets, mostly of numbers, for which shared/peers.md has figures of other methods.</summary>
    public static readonly string[] Compared =
        ["arrhythmia", "autos", "column2C", "diabetes", "haberman", "ionosphere", "labor", "page.blocks", "sonar", "spectf.test",
            "vehicle", "vowel"];

    public static readonly string[] Others =
    [
        "anneal", "breast.cancer", "bridges.version1", "car", "colic", "credit.a", "cylinder.bands", "flags", "heart.h", "hepatitis",
            "primary.tumor",
        "shuttle.landing.control", "solar.flare1", "spect.test", "sponge", "tic-tac-toe", "zoo",
    ];

    private static readonly string[] ClassFirst = ["shuttle.landing.control", "spect.test", "spectf.test"];

    /// <summary>A set, or null if the data is not available.</summary>
    public static ArffTable? Find(string name) =>
        SharedData.Find($"uci_arff/{name}.arff") is { } path ? ArffTable.Read(path, ClassFirst.Contains(name)) : null;
}
