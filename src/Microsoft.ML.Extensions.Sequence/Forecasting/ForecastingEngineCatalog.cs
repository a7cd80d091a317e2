using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates engines that forecast a series step by step.</summary>
public static class ForecastingEngineCatalog
{
    /// <summary>Creates an engine that takes the rows of a series one by one and forecasts the next ones.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">
    /// A trained or loaded model of <c>ml.Transforms.Sequences.ForecastWindow</c> and a forecaster; every other part must map row to row.
    /// </param>
    /// <param name="inputSchemaDefinition">
    /// The columns of <typeparamref name="TIn"/>, where its attributes do not suffice; null otherwise.
    /// </param>
    /// <param name="outputSchemaDefinition">
    /// The columns of <typeparamref name="TOut"/>, where its attributes do not suffice; null otherwise.
    /// </param>
    /// <typeparam name="TIn">A row of the table that the model was trained on.</typeparam>
    /// <typeparam name="TOut">The columns wanted of the forecast.</typeparam>
    /// <exception cref="ArgumentException">The model has no window to forecast from, or no network of this pack.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var model = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Append(ml.Forecasting.Trainers.Lssl()).Fit(data);
    /// using var engine = ml.Model.CreateForecastingEngine<Hour, Forecast>(model);
    /// foreach (var hour in hours)
    /// {
    ///     engine.Observe(hour);
    /// }
    /// Console.WriteLine(string.Join(' ', engine.Forecast().Score));    // the next 12 hours
    /// engine.SaveState("load.state");
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    ///
    /// class Forecast
    /// {
    ///     public float[] Score { get; set; } = [];
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public static ForecastingEngine<TIn, TOut> CreateForecastingEngine<TIn, TOut>(
        this ModelOperationsCatalog catalog, ITransformer model,
        SchemaDefinition? inputSchemaDefinition = null, SchemaDefinition? outputSchemaDefinition = null)
        where TIn : class
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        var parts = model.Parts().ToList();
        var place = parts.FindIndex(part => part is WindowTransformer { Options.Forecasts: true });
        var networks = parts.Skip(place + 1).OfType<NetworkTransformer>().ToList();
        if (place < 0 || networks.Count == 0)
        {
            throw new ArgumentException(
                "The model has no ForecastWindow with a forecaster of Microsoft.ML.Extensions after it. Put ml.Transforms.Sequences.ForecastWindow into the "
                + "pipeline that is trained, and append a trainer of ml.Forecasting to it.", nameof(model));
        }
        var options = ((WindowTransformer)parts[place]).Options;
        var steps = catalog.CreatePredictionEngine<TIn, StepValues>(
            new TransformerChain<ITransformer>([.. parts[..place], new StepValuesTransformer(options)]),
            new PredictionEngineOptions { OwnsTransformer = false, InputSchemaDefinition = inputSchemaDefinition });
        var channels = ((VectorDataViewType)steps.OutputSchema[StepValues.ValuesColumn].Type).Size + Calendar.Width(options.Calendar);
        var forecasts = catalog.CreatePredictionEngine<WindowRow, TOut>(
            new TransformerChain<ITransformer>([.. parts[(place + 1)..]]),
            new PredictionEngineOptions
            {
                OwnsTransformer = false,
                InputSchemaDefinition = Windows(options, channels),
                OutputSchemaDefinition = outputSchemaDefinition,
            });
        var clock = TimeAxis.Find(steps.OutputSchema, options) is { } time
            ? new StepClock(new TimeAxis(options, time), options.Calendar, options.Horizon) : null;
        var known = Known(steps.OutputSchema, options);
        var window = new RollingWindow(options.Length, channels, known + Calendar.Width(options.Calendar), options.Horizon);
        return new ForecastingEngine<TIn, TOut>(
            steps, forecasts, window, Range(parts[place + 1], options.OutputColumnName) ?? InputRange.Finite(channels), clock,
            known == 0 && clock is { GoesOn: true } ? 0 : window.Ahead, networks);
    }

    // Transformers between the window and the network may bring any number into its range.
    private static InputRange? Range(ITransformer next, string window) =>
        next is NetworkTransformer network && network.FeatureColumnName == window ? network.Range : null;

    private static SchemaDefinition Windows(SequenceWindowOptions options, int channels)
    {
        var definition = SchemaDefinition.Create(typeof(WindowRow));
        var column = definition[nameof(WindowRow.Window)];
        (column.ColumnName, column.ColumnType) = (
            options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, options.Length, channels));
        return definition;
    }

    private static int Known(DataViewSchema schema, SequenceWindowOptions options) =>
        schema.FindKnownSingles(options.KnownColumnNames, "Input").Width();
}
