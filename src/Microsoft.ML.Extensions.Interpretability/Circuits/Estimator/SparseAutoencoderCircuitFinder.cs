using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Finds the circuit of a language model by which positive examples differ from negative ones, with a sparse autoencoder.
/// </summary>
/// <remarks>
/// Input: a text column (with a tokenizer) or a vector of tokens (keys, or Int32 from 0 on), and a Boolean label column. Output:
/// <c>Codes</c>, Int32 <c>[heads]</c> with names <c>L0H0</c> and so on, each head's most frequent code in the row (-1 for none), and
/// <c>CircuitActivation</c>, Single, the log-likelihood ratio of a positive row by the codes of the circuit's heads (0 for neither). After
/// O'Neill and Bui 2024, arXiv 2405.12522; see <see cref="CircuitFinderOptions"/> for differences from the paper.
/// </remarks>
/// <inheritdoc cref="CircuitCatalog.SparseAutoencoderCircuitFinder" path="/example"/>
/// <seealso href="../docs/SparseAutoencoderCircuit.html">docs/SparseAutoencoderCircuit.md</seealso>
public sealed class SparseAutoencoderCircuitFinder : IEstimator<SparseAutoencoderCircuitTransformer>
{
    private const string LabelRole = "Label";

    private readonly IHostEnvironment _env;
    private readonly CircuitLanguageModel _language;
    private readonly CircuitColumns _columns;
    private readonly string _label;
    private readonly CircuitFinderOptions _options;
    private readonly TokenColumn _tokens;

    internal SparseAutoencoderCircuitFinder(
        IHostEnvironment env, CircuitLanguageModel language, CircuitColumns columns, string label, CircuitFinderOptions options)
    {
        (_env, _language, _columns, _label, _options) = (env, language, columns, label, options.Validated());
        _tokens = new TokenColumn(columns.Input, language.Tokenizer);
    }

    /// <summary>Runs the model over the examples, trains the autoencoder, and scores.</summary>
    /// <param name="input">The examples.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are too few examples of a class.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row has no token, a part outside the vocabulary, or is longer than the context; column and row are named.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message says how much was needed.</exception>
    public SparseAutoencoderCircuitTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rows = Chosen(Read(input));
        var task = new CircuitTask(ReadoutTargets.Examples(_language.Model, rows, _options.Readout));
        using var canceled = new HostCancellation(_env);
        var found = TorchMemory.Guard(() => $"Finding a circuit by column '{_columns.Input}'", () =>
            new CircuitSearch(_language.Model, task, _options, canceled.Token).Found());
        return new SparseAutoencoderCircuitTransformer(_language, _columns, found, _options.EmbedModel, ownsModel: false);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _tokens.Check(inputSchema);
        var label = inputSchema.Find(_label, LabelRole);
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || label.ItemType != BooleanDataViewType.Instance)
        {
            throw SchemaColumns.WrongType(_label, LabelRole, "Boolean", label.Describe());
        }
        return inputSchema.With(CircuitMapping.Added(_columns, _language.Model.Config)
            .Select(column => ShapeColumns.Promise(column.Name, column.Type, column.Annotations)));
    }

    private List<(int[] Tokens, bool IsPositive)> Read(IDataView input)
    {
        var column = _tokens.Find(input.Schema);
        var label = input.Schema.Find(_label, LabelRole);
        if (label.Type != BooleanDataViewType.Instance)
        {
            throw SchemaColumns.WrongType(_label, LabelRole, "Boolean", $"{label.Type}");
        }
        var rows = new List<(int[], bool)>();
        using var cursor = input.GetRowCursor([column, label]);
        var reader = _tokens.Reader(cursor, column);
        var isPositive = cursor.GetGetter<bool>(label);
        var value = false;
        while (cursor.MoveNext())
        {
            if (_env.IsCanceled())
            {
                throw new OperationCanceledException("The circuit finder was cancelled.");
            }
            isPositive(ref value);
            var tokens = reader();
            _language.Check(tokens, message => _tokens.At(cursor, message));
            rows.Add((tokens, value));
        }
        return rows;
    }

    // Samples both classes first, so that targets are computed only for the chosen examples.
    private IReadOnlyList<(int[] Tokens, bool IsPositive)> Chosen(List<(int[] Tokens, bool IsPositive)> rows)
    {
        var chosen = new HashSet<int>();
        foreach (var isPositive in new[] { true, false })
        {
            var numbers = Enumerable.Range(0, rows.Count).Where(row => rows[row].IsPositive == isPositive).ToArray();
            new Random(Training.SeedSequence.Derive(_options.Seed, 4)).Shuffle(numbers);
            chosen.UnionWith(numbers.Take(_options.MaximumExamples));
        }
        return [.. rows.Where((_, row) => chosen.Contains(row))];
    }
}
