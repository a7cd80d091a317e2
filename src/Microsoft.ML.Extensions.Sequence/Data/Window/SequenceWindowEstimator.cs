using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Creates sliding windows of the rows of a table in time order. Needs no training.</summary>
/// <remarks>
/// Output: a row for each window, with the window [Length, C], every input column as it is at the window's last row,
/// and, with a target, the label read Horizon rows later, or, with columns to forecast, their next Horizon values.
/// Incomplete windows, and windows whose label would lie after the end, are left out; to forecast beyond the end of a table, append Horizon
/// rows whose values to forecast are NaN, or use ml.Model.CreateForecastingEngine.
/// Rows are taken in the order of the view and never shuffled; the data is streamed. With a column of times, reading throws an
/// InvalidDataException for a row whose time is not after that of the row before it, or is not the next step of a series with a time step.
/// A trainer holds out the windows at the end of each series, so that no row of the table is in windows of both parts. For this, a column
/// hidden by the column of windows, with the same name, holds the series and the start of each window.
/// The transform combines several rows into one, so it does not work in a PredictionEngine (IsRowToRowMapper is false):
/// apply it to the data before the pipeline that predicts.
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.Window(string, string[], int, int, string, int, string)" path="/example"/>
/// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
public sealed class SequenceWindowEstimator : IEstimator<ITransformer>
{
    private readonly SequenceWindowOptions _options;

    internal SequenceWindowEstimator(SequenceWindowOptions options) => _options = options.Validated();

    /// <summary>Checks the columns of the data; reads no row.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public ITransformer Fit(IDataView input)
    {
        var transformer = new WindowTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.FindKnownSingles(_options.ChannelColumnNames, "Input");
        if (_options.GroupColumnName is { } group)
        {
            GroupNumbers.FindId(inputSchema, group, "Group");
        }
        TimeAxis.Check(inputSchema, _options);
        var slotNames = new SchemaShape([SlotNames.Promise()]);
        var promised = new List<SchemaShape.Column>
        {
            new(_options.OutputColumnName, VectorKind.Vector, NumberDataViewType.Single, false,
                _options.KnownColumnNames.Length == 0 && _options.Calendar == CalendarParts.None
                ? slotNames : new SchemaShape([SlotNames.Promise(), WindowPlaces.KnownPromise()])),
        };
        if (_options.TargetColumnName is { } name)
        {
            var target = inputSchema.Find(name, "Target");
            promised.Add(new(_options.LabelColumnName, target.Kind, target.ItemType, target.IsKey, target.Annotations));
        }
        if (_options.Forecasts)
        {
            promised.Add(new(_options.LabelColumnName, VectorKind.Vector, NumberDataViewType.Single, false, slotNames));
        }
        return inputSchema.With(promised);
    }
}
