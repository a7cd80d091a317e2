using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scores each row's document by the words that it shares with the row's query.</summary>
/// <remarks>
/// The statistics of words and document lengths are learned from the documents of the training rows, each counted once however
/// many rows have it, and saved with the model; with feedback, queries are expanded from these documents too. Input: text. Output: a
/// Single; 0 with BM25 where no word is shared. Scores of one query are comparable, those of different queries are not.
/// </remarks>
/// <inheritdoc cref="LexicalScoreCatalog.LexicalScore(TransformsCatalog, string, string, string, LexicalOptions)" path="/example"/>
/// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
public sealed class LexicalScoreEstimator : IEstimator<ITransformer>
{
    private readonly IHostEnvironment _env;
    private readonly LexicalScoreDescription _description;

    internal LexicalScoreEstimator(IHostEnvironment env, LexicalScoreDescription description) =>
        (_env, _description) = (env, description.Validated());

    /// <summary>Reads the data once for the statistics.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ITransformer Fit(IDataView input)
    {
        TextRows.Find(input.Schema, _description.QueryColumnName, "Query");
        var analyzer = new TextAnalyzer(_description.Options.Analyzer);
        var index = new InvertedIndex(_description.DocumentColumnNames.Length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var texts in TextRows.Read(_env, input, _description.DocumentColumnNames))
        {
            if (seen.Add(Fingerprint(texts)))
            {
                index.Add($"{seen.Count}", Array.ConvertAll(texts, text => analyzer.Analyze(text)));
            }
        }
        return seen.Count > 0 ? new LexicalScoreTransformer(_description, index)
            : throw new InvalidOperationException(
                $"LexicalScore has no rows to learn from: column '{_description.DocumentColumnNames[0]}' comes from empty data.");
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (var (name, role) in _description.DocumentColumnNames.Select(name => (name, "Text"))
            .Prepend((_description.QueryColumnName, "Query")))
        {
            var column = inputSchema.Find(name, role);
            if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType != TextDataViewType.Instance)
            {
                throw SchemaColumns.WrongType(name, role, "text", column.Describe());
            }
        }
        return inputSchema.With(
            [ShapeColumns.Promise(_description.OutputColumnName, NumberDataViewType.Single, LexicalScoreMapping.Annotations())]);
    }

    // A hash of the texts with their lengths, so that documents with other field boundaries differ.
    private static string Fingerprint(string[] texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(Encoding.Unicode.GetBytes(text));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
