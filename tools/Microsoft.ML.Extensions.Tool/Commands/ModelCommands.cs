using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The commands that use a trained model.</summary>
/// <param name="modelFile">The model's file.</param>
/// <param name="screen">Where results are shown.</param>
internal sealed class ModelCommands(string modelFile, Screen screen)
{
    private readonly MLContext _ml = screen.Context(1);

    /// <summary><c>mlx evaluate</c>: the metrics on the rows of a file.</summary>
    public void Evaluate(string path, ReadSettings settings, string? label)
    {
        using var stored = ModelStore.Load(_ml, modelFile, screen.NeedLibtorch);
        var data = DataFile.ForModel(_ml, path, settings, stored.Description, needsLabel: true, label);
        Tell(data);
        var evaluation = Evaluation.Of(_ml, stored.Description.Task, stored.Model, data);
        screen.Confusion(evaluation);
        screen.Figures([new("rows", data.Rows), .. evaluation.Metrics]);
    }

    /// <summary><c>mlx predict</c>: a table of predictions, one row for each row of a file.</summary>
    /// <returns>The number of predictions.</returns>
    public int Predict(string path, ReadSettings settings, TextWriter output)
    {
        using var stored = ModelStore.Load(_ml, modelFile, screen.NeedLibtorch);
        var data = DataFile.ForModel(_ml, path, settings, stored.Description, needsLabel: false, label: null);
        if (stored.Description.Task == TaskName.Forecasting)
        {
            return Forecast(stored, data, output);
        }
        var scored = stored.Model.Transform(data.View);
        return stored.Description.Task == TaskName.Classification ? Classes(scored, output) : Numbers(scored, output);
    }

    /// <summary><c>mlx info</c>: what a model is, and what it reads.</summary>
    public void Info()
    {
        using var stored = ModelStore.Load(_ml, modelFile, screen.NeedLibtorch);
        var model = stored.Description;
        screen.Result($"{model.Name}: {model.Task.ToString().ToLowerInvariant()} of '{model.Label}' by {model.Trainer}, trained on {model.TrainRows} rows"
            + (model.Horizon > 0 ? $"; {model.Horizon} steps from {model.History}" : ""));
        screen.Columns(model.Columns);
        screen.Result(model.NeedsLibtorch ? "Scores with libtorch." : "Scores without libtorch.");
        screen.Figures(model.Metrics);
    }

    /// <summary><c>mlx export</c>: the model as ONNX.</summary>
    /// <param name="path">A file like the one that the model was trained on; the columns of a file are the inputs.</param>
    /// <param name="settings">How it is read.</param>
    /// <param name="onnxFile">The file to write.</param>
    /// <exception cref="UsageException">A step has no form in ONNX.</exception>
    public void Export(string path, ReadSettings settings, string onnxFile)
    {
        using var stored = ModelStore.Load(_ml, modelFile, screen.NeedLibtorch);
        var data = DataFile.ForModel(_ml, path, settings, stored.Description, needsLabel: false, label: null);
        screen.NeedLibtorch();
        using var onnx = new MemoryStream();
        try
        {
            _ml.Model.ConvertToOnnx(stored.Model, data.View, onnx);
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException)
        {
            throw new UsageException($"'{modelFile}' cannot be written as ONNX: {ErrorLine.Reason(error)}");
        }
        File.WriteAllBytes(onnxFile, onnx.ToArray());
        screen.Line($"Written to {onnxFile}: {onnx.Length} bytes.");
    }

    private void Tell(DataSet data)
    {
        if (data.WithoutLabel > 0)
        {
            screen.Line($"{data.WithoutLabel} rows have no label and are left out.");
        }
    }

    private static int Classes(IDataView scored, TextWriter output)
    {
        var names = Evaluation.KnownClasses(scored.Schema["Score"]);
        output.WriteLine(string.Join(',', names.Select(name => CsvText.Cell($"Score.{name}")).Prepend("PredictedLabel").Prepend("row")));
        var (row, labels) = (0, scored.GetColumn<string>("PredictedLabel"));
        foreach (var (label, scores) in labels.Zip(scored.GetColumn<float[]>("Score")))
        {
            output.WriteLine(string.Join(',', scores.Select(score => Number(score, row)).Prepend(CsvText.Cell(label)).Prepend($"{++row}")));
        }
        return row;
    }

    private static int Numbers(IDataView scored, TextWriter output)
    {
        output.WriteLine("row,Score");
        var row = 0;
        foreach (var score in scored.GetColumn<float>("Score"))
        {
            output.WriteLine($"{++row},{Number(score, row)}");
        }
        return row;
    }

    // The values after the end of the series: those of a window whose label is not known yet.
    private static int Forecast(StoredModel stored, DataSet data, TextWriter output)
    {
        var (history, horizon, label) = (stored.Description.History, stored.Description.Horizon, stored.Description.Label);
        float[] series = [.. data.View.GetColumn<float>(label)];
        if (series.Length < history)
        {
            throw new UsageException($"{data.Path} has {series.Length} rows; a forecast needs the {history} before it.");
        }
        var window = new TableView([(label, (float[])[.. series.TakeLast(history), .. Enumerable.Repeat(float.NaN, horizon)])]);
        var scores = stored.Model.Transform(window).GetColumn<float[]>("Score").Last();
        output.WriteLine($"step,{CsvText.Cell(label)}");
        for (var step = 0; step < horizon; step++)
        {
            output.WriteLine($"{step + 1},{Number(scores[step], step + 1)}");
        }
        return horizon;
    }

    private static string Number(float score, int row) => float.IsFinite(score) ? score.ToString("R", CultureInfo.InvariantCulture)
        : throw new UsageException($"The score of row {row} is no number.");
}
