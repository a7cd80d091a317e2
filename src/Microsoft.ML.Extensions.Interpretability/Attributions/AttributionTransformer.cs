using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Adds explanations to rows; created by <c>ml.Transforms.CalculateAttribution</c>.</summary>
/// <remarks>It uses the model, which must not be disposed meanwhile. Any number of threads may use it at once.</remarks>
/// <inheritdoc cref="AttributionCatalog.CalculateAttribution" path="/example"/>
/// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
public sealed class AttributionTransformer : ITransformer
{
    private readonly NetworkTransformer _model;
    private readonly AttributionOptions _options;
    private readonly ExplainedOutput _output;
    private readonly float[] _baseline;

    internal AttributionTransformer(NetworkTransformer model, AttributionOptions options, ExplainedOutput output, float[] baseline) =>
        (_model, _options, _output, _baseline) = (model, options, output, baseline);

    /// <summary>
    /// What values are compared with: the mean of each channel, <c>[C]</c>, or of each value of a column of fixed length, <c>[T * C]</c>; 0 for tokens.
    /// </summary>
    public IReadOnlyList<float> Baseline => _baseline;

    /// <summary>True: each row is explained by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the added columns.</summary>
    /// <param name="inputSchema">The schema of the data to be explained.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The same for single rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    /// <summary>The data with the added columns, computed as it is read.</summary>
    /// <remarks>On reading, a row that cannot be explained is an <see cref="InvalidDataException"/> that names column and row.</remarks>
    /// <param name="input">Data with the feature column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "Explanations are not saved with a model, which they would hold a second time; save the model, load it, and call ml.Transforms.CalculateAttribution again.");

    private AttributionMapping Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new(schema, _model.BindInput(schema), _model.Input, _model.Range, _options, _baseline, Open);
    }

    private IAttribution Open() => _options.Method == AttributionMethod.Occlusion
        ? new OcclusionAttribution(_model.CreateScorer(), _output, _model.Input, _options.Window, _model.Head.Outputs)
        : new GradientAttribution(_model.Rent(), _output, _model.Head, _model.Input, _model.Device, _options);
}
