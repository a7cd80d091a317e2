using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Gives each channel mean 0 and deviation 1 over all steps of all training rows: z = (x - mean) / deviation.</summary>
/// <remarks>
/// Input: a sequence [T, C] of any length, or a plain vector as one channel (for a mean of each slot use NormalizeMeanVariance).
/// Output: the same type. Missing values (NaN) are left out of the statistics and stay NaN. A channel that is constant,
/// or missing everywhere, is divided by 1. The statistics are float64, of the population, and are saved with the model.
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.Standardize" path="/example"/>
/// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
public sealed class SequenceStandardizeEstimator : IEstimator<ITransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly string _input;

    internal SequenceStandardizeEstimator(IHostEnvironment env, string outputColumnName, string? inputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        inputColumnName ??= outputColumnName;
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        (_env, _output, _input) = (env, outputColumnName, inputColumnName);
    }

    /// <summary>Reads the data once for the statistics.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentException">The column is missing or is not a sequence.</exception>
    /// <exception cref="InvalidOperationException">There is no row, or a value is infinite.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ITransformer Fit(IDataView input)
    {
        var column = input.Schema.FindSequence(_input, "Input");
        var statistics = new ChannelStatistics();
        using var cursor = input.GetRowCursor([column]);
        Add(cursor, column, statistics);
        if (statistics.Channels == 0)
        {
            throw new InvalidOperationException($"Standardize has no rows to fit: input column '{_input}' comes from empty data.");
        }
        return new StandardizeTransformer(new Standardization(_output, _input, statistics.Mean.ToArray(), statistics.Scale()));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var column = inputSchema.FindSequence(_input, "Input");
        var annotations = new List<SchemaShape.Column> { ShapeColumns.Promise("IsNormalized", BooleanDataViewType.Instance) };
        if (column.Kind == SchemaShape.Column.VectorKind.Vector)
        {
            annotations.Add(SlotNames.Promise());
        }
        if (WindowPlaces.IsKnownPromised(column))
        {
            annotations.Add(WindowPlaces.KnownPromise());
        }
        if (column.HasChannelNames())
        {
            annotations.Add(ChannelNames.Promise());
        }
        var output = new SchemaShape.Column(_output, column.Kind, NumberDataViewType.Single, false, new SchemaShape(annotations));
        return inputSchema.With([output]);
    }

    private void Add(DataViewRowCursor cursor, DataViewSchema.Column column, ChannelStatistics statistics)
    {
        var channels = SequenceShape.Channels((VectorDataViewType)column.Type);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        VBuffer<float> dense = default;
        while (cursor.MoveNext())
        {
            if (_env.IsCanceled())
            {
                throw new OperationCanceledException("Standardize was cancelled.");
            }
            getter(ref values);
            values.CopyToDense(ref dense);
            AddRow(dense.GetValues(), cursor.Position);
        }

        void AddRow(ReadOnlySpan<float> row, long position)
        {
            try
            {
                statistics.Add(row, channels);
            }
            catch (ArgumentException e)
            {
                throw new InvalidOperationException($"Input column '{_input}', row {position}: {e.Message}", e);
            }
        }
    }
}
