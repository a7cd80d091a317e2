using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Creates one sequence column [T, C] from flat columns. Needs no training; works row by row, in PredictionEngine too.</summary>
/// <remarks>
/// Inputs: Single, scalar or vector. Output: [T, C], with the inputs' names as slot names where sizes are known;
/// T is 0 in the column's type where an input's size is not known and Steps is not set.
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.Reshape(string, string, int)" path="/example"/>
/// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
public sealed class SequenceReshapeEstimator : IEstimator<ITransformer>
{
    private readonly SequenceReshapeOptions _options;

    internal SequenceReshapeEstimator(SequenceReshapeOptions options) => _options = options.Validated();

    /// <summary>Checks the columns of the data; reads no row.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentException">An input is missing or not Single, or its values do not fill [T, C].</exception>
    public ITransformer Fit(IDataView input)
    {
        var transformer = new ReshapeTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var inputs = inputSchema.FindSingles(_options.InputColumnNames, "Input");
        var inputsKnown = inputs.All(column => column.Kind != VectorKind.VariableVector);
        var kind = inputsKnown || _options is { Steps: not null, Channels: not null } ? VectorKind.Vector : VectorKind.VariableVector;
        var annotations = inputsKnown ? new SchemaShape([SlotNames.Promise()]) : null;
        return inputSchema.With([new SchemaShape.Column(_options.OutputColumnName, kind, NumberDataViewType.Single, false, annotations)]);
    }
}
