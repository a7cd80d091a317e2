using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The options of each fold's network.</summary>
internal static class NetworkOptions
{
    /// <summary>Creates the options for one fit. Term vectors are learned once from the documents, which contain no judgements.</summary>
    public static Func<NeuralRankingOptions> Of(RankingArguments arguments, RankingArchitecture architecture, IReadOnlyList<string> documents)
    {
        var options = Make();
        var vectors = RankingArchitectureFacts.Of(architecture).SeesLetters ? null
            : WordVectors.Learn(documents, new TextAnalyzer(options.Text), new WordVectorOptions { Dimensions = options.EmbeddingSize, Seed = arguments.Seed });
        return () =>
        {
            var made = Make();
            made.TermVectors = vectors;
            return made;
        };

        NeuralRankingOptions Make()
        {
            var made = arguments.Settings.Network();
            (made.Architecture, made.Training.Seed) = (architecture, made.Training.Seed ?? arguments.Seed);
            return made;
        }
    }
}
