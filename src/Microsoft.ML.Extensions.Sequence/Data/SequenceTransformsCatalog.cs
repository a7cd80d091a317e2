using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Transforms that create sequences from tables and prepare them: <c>ml.Transforms.Sequences</c>.</summary>
public sealed partial class SequenceTransformsCatalog
{
    private readonly IHostEnvironment _env;

    internal SequenceTransformsCatalog(IHostEnvironment env) => _env = env;

    /// <summary>
    /// Creates a sequence column [T, C] from one flat column in time-major order; T is the number of values divided by C.
    /// </summary>
    /// <param name="outputColumnName">The column of sequences.</param>
    /// <param name="inputColumnName">The column of Single, of known or unknown size.</param>
    /// <param name="channels">C.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.String, 0), new("Flat", DataKind.Single, 1, 60)];
    /// var train = ml.Data.LoadFromTextFile("wide.csv", columns, separatorChar: ',');
    /// var pipeline = ml.Transforms.SequenceTransforms().Reshape("Features", "Flat", channels: 2)    // 30 steps of two channels
    ///     .Append(ml.Transforms.Conversion.MapValueToKey("Label"))
    ///     .Append(ml.MulticlassClassification.Trainers.RandomConvolution());
    /// var model = pipeline.Fit(train);
    /// ]]></code></example>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceReshapeEstimator Reshape(string outputColumnName, string inputColumnName, int channels) =>
        Reshape(outputColumnName, [inputColumnName], channels);

    /// <summary>Creates a sequence column [T, C] from several columns, whose values are concatenated.</summary>
    /// <param name="outputColumnName">The column of sequences.</param>
    /// <param name="inputColumnNames">The columns of Single, scalar or vector.</param>
    /// <param name="channels">C.</param>
    /// <param name="layout">The order of the values: channel-major where each column is one channel. The default is time-major.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceReshapeEstimator Reshape(
        string outputColumnName, string[] inputColumnNames, int channels, SequenceLayout layout = SequenceLayout.TimeMajor) =>
        Reshape(new SequenceReshapeOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnNames = inputColumnNames,
            Channels = channels,
            Layout = layout,
        });

    /// <summary>Creates a sequence column [T, C] from flat columns.</summary>
    /// <param name="options">Columns, T or C, and the order of the values.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceReshapeEstimator Reshape(SequenceReshapeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SequenceReshapeEstimator(options);
    }

    /// <summary>
    /// Creates sliding windows [length, C] of the rows of a table in time order; see <see cref="SequenceWindowEstimator"/>.
    /// </summary>
    /// <param name="outputColumnName">The column of windows.</param>
    /// <param name="inputColumnNames">The columns of Single that are the channels of a step.</param>
    /// <param name="length">The number of rows in a window.</param>
    /// <param name="stride">The number of rows from one window's start to the next. The default is 1.</param>
    /// <param name="targetColumnName">The column whose later value becomes "Label". The default, null, adds no label.</param>
    /// <param name="horizon">The number of rows from the window's last row to the target's row. The default is 1.</param>
    /// <param name="groupColumnName">
    /// The column that identifies series; no window spans two series. The default, null, is one series.
    /// </param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().Window("Features", ["Load", "Wind"], length: 24, targetColumnName: "Load", horizon: 1)
    ///     .Append(ml.Regression.Trainers.RandomConvolution());
    /// var model = pipeline.Fit(data);
    /// Console.WriteLine(ml.Regression.Evaluate(model.Transform(data)).MeanAbsoluteError);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceWindowEstimator Window(
        string outputColumnName,
        string[] inputColumnNames,
        int length,
        int stride = 1,
        string? targetColumnName = null,
        int horizon = 1,
        string? groupColumnName = null) =>
        Window(new SequenceWindowOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnNames = inputColumnNames,
            Length = length,
            Stride = stride,
            TargetColumnName = targetColumnName,
            Horizon = horizon,
            GroupColumnName = groupColumnName,
        });

    /// <summary>Creates sliding windows of the rows of a table in time order; see <see cref="SequenceWindowEstimator"/>.</summary>
    /// <param name="options">Columns, length, stride, and where the label comes from.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceWindowEstimator Window(SequenceWindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SequenceWindowEstimator(options);
    }

    /// <summary>
    /// Creates windows of a table in time order and the values after each, for <c>ml.Forecasting</c>; see
    /// <see cref="SequenceWindowEstimator"/>.
    /// </summary>
    /// <param name="columnNames">The columns to forecast: the first channels of a window, and the label.</param>
    /// <param name="length">The number of rows in a window.</param>
    /// <param name="horizon">The number of rows to forecast.</param>
    /// <param name="inputColumnNames">Further columns whose past is an input. The default, null, is none.</param>
    /// <param name="knownColumnNames">Columns that are also known for the rows to forecast. The default, null, is none.</param>
    /// <param name="stride">The number of rows from one window's start to the next. The default is 1.</param>
    /// <param name="groupColumnName">
    /// The column that identifies series; no window spans two series. The default, null, is one series.
    /// </param>
    /// <param name="outputColumnName">The column of windows. The default is <c>Features</c>.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12, inputColumnNames: ["Wind"])
    ///     .Append(ml.Forecasting.Trainers.Lssl());
    /// var model = pipeline.Fit(data);
    /// Console.WriteLine(ml.Forecasting.Evaluate(model.Transform(data)).MeanAbsoluteError);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public SequenceWindowEstimator ForecastWindow(
        string[] columnNames,
        int length,
        int horizon,
        string[]? inputColumnNames = null,
        string[]? knownColumnNames = null,
        int stride = 1,
        string? groupColumnName = null,
        string outputColumnName = "Features") =>
        Window(new SequenceWindowOptions
        {
            OutputColumnName = outputColumnName,
            ForecastColumnNames = columnNames,
            Length = length,
            Horizon = horizon,
            InputColumnNames = inputColumnNames ?? [],
            KnownColumnNames = knownColumnNames ?? [],
            Stride = stride,
            GroupColumnName = groupColumnName,
        });

    /// <summary>
    /// Creates one sequence [T, C] from the rows of each group of a long table; see <see cref="SequenceGroupEstimator"/>.
    /// </summary>
    /// <param name="outputColumnName">The column of sequences.</param>
    /// <param name="idColumnName">The column that identifies groups.</param>
    /// <param name="timeColumnName">The column that orders the rows of a group; null where they are already in order.</param>
    /// <param name="valueColumnNames">The columns of Single that are the channels of a step.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var readings = Enumerable.Range(0, 60).SelectMany(machine => Enumerable.Range(0, 20 + (machine % 10)).Select(minute =>
    ///     new Reading { Machine = $"M{machine}", Minute = minute, Temperature = 60 + (machine % 2 * minute), Failed = machine % 2 == 1 }));
    /// var data = ml.Data.LoadFromEnumerable(readings);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().Group("Features", "Machine", "Minute", "Temperature")
    ///     .Append(ml.BinaryClassification.Trainers.RandomConvolution("Failed"));
    /// var model = pipeline.Fit(data);
    ///
    /// class Reading
    /// {
    ///     public string Machine { get; set; } = "";
    ///     public float Minute { get; set; }
    ///     public float Temperature { get; set; }
    ///     public bool Failed { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceGroupEstimator Group(
        string outputColumnName, string idColumnName, string? timeColumnName, params string[] valueColumnNames) =>
        Group(new SequenceGroupOptions
        {
            OutputColumnName = outputColumnName,
            IdColumnName = idColumnName,
            TimeColumnName = timeColumnName,
            ValueColumnNames = valueColumnNames,
        });

    /// <summary>
    /// Creates one sequence [T, C] from the rows of each group of a long table; see <see cref="SequenceGroupEstimator"/>.
    /// </summary>
    /// <param name="options">Columns, and the handling of equal times and of columns that vary.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceGroupEstimator Group(SequenceGroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SequenceGroupEstimator(options);
    }

    /// <summary>Gives each channel mean 0 and deviation 1 over the training rows; see <see cref="SequenceStandardizeEstimator"/>.</summary>
    /// <param name="outputColumnName">The column of standardized sequences, of the input's type.</param>
    /// <param name="inputColumnName">The column of sequences. The default, null, is the output's name.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var standardized = ml.Transforms.SequenceTransforms().Standardize("Features").Fit(train).Transform(train);
    /// ]]></code></example>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public SequenceStandardizeEstimator Standardize(string outputColumnName, string? inputColumnName = null) =>
        new(_env, outputColumnName, inputColumnName);
}
