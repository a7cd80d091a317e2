using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How documents are scored by the words that they share with a query.</summary>
public sealed class LexicalOptions : ICheckedOptions
{
    /// <summary>How texts become terms.</summary>
    public TextAnalyzerOptions Analyzer { get; set; } = new();

    /// <summary>How shared terms become a score.</summary>
    public LexicalModel Model { get; set; }

    /// <summary>BM25's k1: how much a term counts that comes again in a document. 0 is not at all.</summary>
    [Range(0d, 100d)]
    public double K1 { get; set; } = 1.2;

    /// <summary>BM25's b: how much of a document's length is taken out of its frequencies, 0 to 1.</summary>
    [Range(0d, 1d)]
    public double B { get; set; } = .75;

    /// <summary>Dirichlet's mu of the query likelihood: the number of words that the collection is worth in each document.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Mu { get; set; } = 1000;

    /// <summary>How many times a word of each field counts, in the order of the fields; empty is once each.</summary>
    public double[] FieldWeights { get; set; } = [];

    /// <summary>BM25F's b of each field; empty is <see cref="B"/> for each.</summary>
    public double[] FieldB { get; set; } = [];

    /// <summary>Feedback from the first documents found; null, the default, is none.</summary>
    public RelevanceFeedbackOptions? Feedback { get; set; }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (FieldWeights is null || FieldB is null)
        {
            yield break;
        }
        if (Array.FindIndex(FieldWeights, weight => !(weight >= 0 && weight <= 1e6)) is >= 0 and var heavy)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"FieldWeights[{heavy}] is {FieldWeights[heavy]}; allowed is 0 to 1000000.");
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
