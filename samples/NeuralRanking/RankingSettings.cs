using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// The options that <c>--set</c> sets: those of the first stage, whose names begin with <c>FirstStage.</c>, and those of the network.
/// </summary>
internal sealed class RankingSettings
{
    private readonly string[] _ofFirstStage;
    private readonly string[] _ofNetwork;

    /// <exception cref="UsageException">There is no such option, or the text is not a valid value.</exception>
    public RankingSettings(IReadOnlyList<string> assignments)
    {
        _ofFirstStage = [.. assignments.Where(IsOfFirstStage).Select(assignment => assignment.TrimStart()[Prefix.Length..])];
        _ofNetwork = [.. assignments.Where(assignment => !IsOfFirstStage(assignment))];
        if (FirstStage().Feedback is not null)
        {
            throw new UsageException("--set FirstStage.Feedback: it is chosen by the training folds.");
        }
        var network = Network();
        if (network.Architecture != new NeuralRankingOptions().Architecture)
        {
            throw new UsageException("--set Architecture: it is what --model names.");
        }
    }

    private static string Prefix => $"{nameof(FirstStage)}.";

    /// <summary>The options of the first stage; documents, words and weight of its feedback are chosen on the training folds.</summary>
    public LexicalOptions FirstStage() => Set(new LexicalOptions(), _ofFirstStage);

    /// <summary>The options of the network. The ensemble size is 1 unless set, since one is trained per fold.</summary>
    public NeuralRankingOptions Network() => Set(new NeuralRankingOptions { EnsembleSize = 1 }, _ofNetwork);

    private static bool IsOfFirstStage(string assignment) => assignment.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    private static T Set<T>(T options, string[] assignments) where T : class
    {
        foreach (var assignment in assignments)
        {
            OptionSetter.Set(options, assignment);
        }
        return options;
    }
}
