using System.Globalization;
using Microsoft.ML.Extensions.Calibration;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions;

/// <summary>Calibrates the probabilities of a classifier by one number, the temperature that rows left out of training show.</summary>
/// <remarks>
/// A probability p becomes <c>p^(1/T) / sum p^(1/T)</c>: below 1 a temperature makes predictions surer, above 1 less sure, and no predicted class
/// changes. T has the least log-loss on the rows of <see cref="Fit"/>, whose labels are smoothed as by Platt (1999), so that it stays finite where
/// all are right. Source: Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks" (arXiv 1706.04599), section 4.2; there the
/// logits are divided, of which these are the probabilities. Fit it on rows that the model was not trained on.
/// </remarks>
/// <inheritdoc cref="CalibrationCatalog.TemperatureScaling" path="/example"/>
/// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
public sealed class TemperatureScalingEstimator : IEstimator<ITransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _label;
    private readonly string _score;
    private readonly string _predicted;

    internal TemperatureScalingEstimator(IHostEnvironment env, string label, string score, string predicted) =>
        (_env, _label, _score, _predicted) = (env, label, score, predicted);

    /// <summary>Reads the rows once.</summary>
    /// <param name="input">Scored rows that the model was not trained on; those without a label are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the label has other classes than the prediction.</exception>
    /// <exception cref="InvalidOperationException">No row has a label, or there are more than fit into memory at once.</exception>
    /// <exception cref="InvalidDataException">The scores of a row are no probabilities.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = new SetColumns(input.Schema, _score, _predicted);
        var (logits, labels) = Rows(input, columns, columns.Label(input.Schema, _label));
        if (labels.Count == 0)
        {
            throw new InvalidOperationException($"TemperatureScaling: no row has a label in column '{_label}'; it needs rows that the model was not trained on.");
        }
        var shares = new double[logits.Count];
        for (var row = 0; row < labels.Count; row++)
        {
            shares[(row * columns.Count) + labels[row]] = 1;
        }
        var weights = new double[labels.Count];
        Array.Fill(weights, 1.0 / labels.Count);
        var (link, loss) = ScoreCalibration.FitFactor([.. logits], shares, weights, labels.Count);
        Tell(link.Factor, loss, labels.Count);
        return new TemperatureScalingTransformer(new TemperatureScaling(_score, _predicted, columns.Count, link.Factor));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var score = inputSchema.Find(_score, "Score");
        SetColumns.CheckScore(score);
        SetColumns.CheckKey(inputSchema.Find(_label, "Label"), "Label");
        SetColumns.CheckKey(inputSchema.Find(_predicted, "PredictedLabel"), "PredictedLabel");
        return inputSchema.With([score]);
    }

    private (List<double> Logits, List<int> Labels) Rows(IDataView input, SetColumns columns, DataViewSchema.Column label)
    {
        var (logits, labels, own) = (new List<double>(), new List<int>(), new double[columns.Count]);
        using var cursor = input.GetRowCursor([label, columns.Score]);
        var (keys, read) = (cursor.GetGetter<uint>(label), columns.Reader(cursor));
        uint key = 0;
        while (cursor.MoveNext())
        {
            if (_env.IsCanceled())
            {
                throw new OperationCanceledException("TemperatureScaling was cancelled.");
            }
            keys(ref key);
            if (key > 0)
            {
                SizeLimits.Product("TemperatureScaling: rows times classes", labels.Count + 1, columns.Count);
                TemperatureScaling.Logits(read(), own);
                logits.AddRange(own);
                labels.Add((int)key - 1);
            }
        }
        return (logits, labels);
    }

    private void Tell(double factor, double loss, int rows)
    {
        using var channel = _env.Start(nameof(TemperatureScaling));
        channel.Tell(string.Create(CultureInfo.InvariantCulture, $"temperature {1 / factor:G4}, log-loss {loss:G4} on {rows} rows"));
    }
}
