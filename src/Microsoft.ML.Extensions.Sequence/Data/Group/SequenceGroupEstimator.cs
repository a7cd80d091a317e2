using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Creates one sequence from the rows of each group of a long table (id, time, values). Needs no training.</summary>
/// <remarks>
/// Output: a row for each group, in the order in which groups first appear: the id, the sequence [T, C] in the order of time
/// (T is 0 in the column's type), and the other columns, which must not vary within a group unless VaryingColumns says otherwise.
/// The time and value columns are left out. Errors in the data (a missing id, a NaN time, equal times, a varying column) are thrown by the
/// cursor that reads the column concerned. The transform combines several rows into one, so it does not work in a PredictionEngine
/// (IsRowToRowMapper is false): apply it to the data before the pipeline that predicts.
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.Group(string, string, string, string[])" path="/example"/>
/// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
public sealed class SequenceGroupEstimator : IEstimator<ITransformer>
{
    private readonly SequenceGroupOptions _options;

    internal SequenceGroupEstimator(SequenceGroupOptions options) => _options = options.Validated();

    /// <summary>Checks the columns of the data; reads no row.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public ITransformer Fit(IDataView input)
    {
        var transformer = new GroupTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        GroupNumbers.FindId(inputSchema, _options.IdColumnName, "Id");
        inputSchema.FindKnownSingles(_options.ValueColumnNames, "Value");
        var consumed = new HashSet<string>(_options.ValueColumnNames);
        if (_options.TimeColumnName is { } time)
        {
            consumed.Add(TimeColumn.Find(inputSchema, time).Name);
        }
        var passed = new SchemaShape(inputSchema.Where(column => !consumed.Contains(column.Name)));
        var sequence = new SchemaShape.Column(_options.OutputColumnName, VectorKind.VariableVector, NumberDataViewType.Single, false,
            new SchemaShape([ChannelNames.Promise()]));
        return passed.With([sequence]);
    }
}
