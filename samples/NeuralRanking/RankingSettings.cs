using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>What <c>--set</c> sets.</summary>
internal sealed class RankingSettings
{
    /// <summary>The first stage; documents, words and weight of its feedback are chosen by the training folds.</summary>
    public LexicalOptions FirstStage { get; set; } = new();
}
