using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of scoring documents by the words that they share with a query.</summary>
public sealed class LexicalOptions : ICheckedOptions
{
    /// <summary>The options of the text analyzer.</summary>
    public TextAnalyzerOptions Analyzer { get; set; } = new();

    /// <summary>The scoring model.</summary>
    public LexicalModel Model { get; set; }

    /// <summary>BM25's k1: the influence of repeated terms in a document; 0 ignores repetitions.</summary>
    [Range(0d, 100d)]
    public double K1 { get; set; } = 1.2;

    /// <summary>BM25's b: the strength of length normalisation, 0 to 1.</summary>
    [Range(0d, 1d)]
    public double B { get; set; } = .75;

    /// <summary>The Dirichlet prior mu of the query likelihood, in words.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Mu { get; set; } = 1000;

    /// <summary>The weight of each field, in the order of the fields; empty for 1 each.</summary>
    public double[] FieldWeights { get; set; } = [];

    /// <summary>BM25F's b of each field; empty for <see cref="B"/> in each.</summary>
    public double[] FieldB { get; set; } = [];

    /// <summary>Relevance feedback from the top documents; null, the default, for none.</summary>
    public RelevanceFeedbackOptions? Feedback { get; set; }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (FieldWeights is null || FieldB is null)
        {
            yield break;
        }
        if (Array.FindIndex(FieldWeights, weight => !(weight >= 0 && weight <= 1e6)) is >= 0 and var heavy)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"FieldWeights[{heavy}] is {FieldWeights[heavy]}; allowed is 0 to 1000000.");
        }
        else if (FieldWeights.Length > 0 && FieldWeights.All(weight => weight == 0))
        {
            yield return "FieldWeights are all 0; at least one field must count.";
        }
        if (Array.FindIndex(FieldB, b => !(b >= 0 && b <= 1)) is >= 0 and var wrong)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"FieldB[{wrong}] is {FieldB[wrong]}; allowed is 0 to 1.");
        }
    }
}
