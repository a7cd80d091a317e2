using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Learns the baseline of explanations; created by <c>ml.Transforms.CalculateAttribution</c>.</summary>
/// <inheritdoc cref="AttributionCatalog.CalculateAttribution" path="/example"/>
/// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
public sealed class AttributionEstimator : IEstimator<AttributionTransformer>
{
    private readonly NetworkTransformer _model;
    private readonly AttributionOptions _options;
    private readonly ExplainedOutput _output;

    internal AttributionEstimator(ITransformer model, AttributionOptions options)
    {
        _options = options.Validated();
        if (_options.OutputColumnName == _options.ChangeColumnName)
        {
            throw new ArgumentException(
                $"OutputColumnName and ChangeColumnName are both '{_options.OutputColumnName}'; give them different names.", nameof(options));
        }
        _model = model.Parts().OfType<NetworkTransformer>().LastOrDefault()
            ?? throw new ArgumentException(
                "The model has no network of Microsoft.ML.Extensions in it; ML.NET's own models have ml.Transforms.CalculateFeatureContribution.", nameof(model));
        if (Obstacle(_model, _options.Method) is { } obstacle)
        {
            throw new NotSupportedException($"The {_model.Model.Kind} network on column '{_model.FeatureColumnName}' cannot be explained this way: {obstacle}.");
        }
        _output = ExplainedOutput.Of(_model.Head, _options.Class);
    }

    /// <summary>Learns the baseline: the mean of each channel over all rows, or of each value of rows of a fixed length.</summary>
    /// <param name="input">Rows as the network reads them, such as its training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public AttributionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AttributionTransformer(_model, _options, _output, Baseline(input));
    }

    /// <summary>The columns that the transformer will add.</summary>
    /// <param name="inputSchema">The shape of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputColumn.Check(inputSchema, _model.FeatureColumnName);
        return inputSchema.With(AttributionMapping.Added(_model.Input, _options, [])
            .Select(column => ShapeColumns.Promise(column.Name, column.Type, column.Annotations)));
    }

    private static string? Obstacle(NetworkTransformer model, AttributionMethod method) =>
        !model.ReadsOneColumn || model.Head.Task is not (MulticlassTask or BinaryTask or RegressionTask)
            ? $"its task is '{model.Head.Description.Task}', and explained are classes and numbers that are predicted from one column"
        : method == AttributionMethod.Occlusion
            ? model.Input.Frame is null ? null : "the windows of images are too many to score; set Method to IntegratedGradients"
        : model.Input.Kind == InputKind.Tokens ? "tokens have no gradient; set Method to Occlusion"
        : model.Model.Base is { Weight: > 0 } found
            ? $"its base, {found.Kind}, has no gradient; set Method to Occlusion, or train with Base None"
        : null;

    private float[] Baseline(IDataView input)
    {
        var column = _model.Input;
        if (column.Kind == InputKind.Tokens)
        {
            return [0];
        }
        var bound = _model.BindInput(input.Schema);
        using var cursor = input.GetRowCursor(bound.Sources);
        var reader = bound.Open(cursor, null);
        var sums = new double[column.IsFixed ? column.Steps * column.Channels : column.Channels];
        var count = 0L;
        while (cursor.MoveNext())
        {
            var values = reader.Read();
            for (var i = 0; i < values.Length; i++)
            {
                sums[i % sums.Length] += values[i];
            }
            count += values.Length / sums.Length;
        }
        return count > 0 ? Array.ConvertAll(sums, sum => (float)(sum / count))
            : throw new InvalidOperationException("The data has no rows, and the baseline is their mean; give rows such as those of the training.");
    }
}
