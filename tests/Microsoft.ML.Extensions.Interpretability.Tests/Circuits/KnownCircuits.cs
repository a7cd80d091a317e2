namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

/// <summary>Compiled programs with dummy heads, whose circuits are known.</summary>
internal static class KnownCircuits
{
    public static CompiledTransformer Compile(string program) => program switch
    {
        "reverse" => RaspCompiler.Compile(RaspPrograms.Reverse(), new RaspCompilerOptions { DummyHeads = 3 }),
        "fraction" => RaspCompiler.Compile(RaspPrograms.FractionPrevious(1), new RaspCompilerOptions { DummyHeads = 3 }),
        "sort" => RaspCompiler.Compile(RaspPrograms.Sort(4), new RaspCompilerOptions { DummyHeads = 3, Length = 4 }),
        _ => RaspCompiler.Compile(RaspPrograms.Histogram(), new RaspCompilerOptions { DummyHeads = 3 }),
    };

    public static double NodeAuc(CircuitScores scores, CircuitTruth truth) => Auc(scores.Heads, truth.Heads);

    public static double EdgeAuc(CircuitScores scores, CircuitTruth truth) => Auc(scores.Edges, truth.Edges!);

    private static double Auc<T>(IReadOnlyDictionary<T, double> scores, IReadOnlySet<T> truth) =>
        RankingScores.AreaUnderRoc([.. scores.Values], [.. scores.Keys.Select(truth.Contains)]);
}
