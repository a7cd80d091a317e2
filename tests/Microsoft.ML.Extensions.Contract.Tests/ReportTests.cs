using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What matters to a trained model stands first in its report, whatever its rows are.</summary>
[TestClass]
public sealed class ReportTests
{
    private readonly MLContext _ml = new(TrainedSeed.From(1));

    [TestMethod, Trained]
    public void Table_HasTheImportanceOfEachValue_ByItsName()
    {
        var random = new Random(TrainedSeed.From(1));
        var rows = Enumerable.Range(0, 60).Select(_ => new TableRow { Age = random.NextSingle(), Height = random.NextSingle(), Weight = random.NextSingle() }).ToArray();
        foreach (var row in rows)
        {
            row.Target = row.Height;
        }
        var data = Cached(rows);
        var pipeline = _ml.Transforms.Concatenate("Features", nameof(TableRow.Age), nameof(TableRow.Height), nameof(TableRow.Weight))
            .Append(_ml.Regression.Trainers.NeuralTangentKernel("Target"));
        var table = Importance(pipeline.Fit(data), data, "Target");
        Assert.AreEqual("Value", table[0][0]);
        CollectionAssert.AreEquivalent(new[] { "Age", "Height", "Weight" }, table.Skip(1).Select(row => row[0]).ToArray());
        Assert.AreEqual("Height", table[1][0]);
        TrainedBound.AtMost(double.Parse(table[1][1], CultureInfo.InvariantCulture), -0.5, "change of R squared");
    }

    [TestMethod, Trained]
    public void SeriesOfOneChannel_HasTheImportanceOfItsTimes()
    {
        var random = new Random(TrainedSeed.From(1));
        var data = Cached(Enumerable.Range(0, 60).Select(i => new SeriesRow
        {
            // A peak in the third of eight times.
            Features = [.. Enumerable.Range(0, 32).Select(step => (0.1f * random.NextSingle()) + (i % 2 == 1 && step is 9 or 10 ? 1 : 0))],
            IsHigh = i % 2 == 1,
        }));
        var table = Importance(_ml.BinaryClassification.Trainers.RandomConvolution(nameof(SeriesRow.IsHigh)).Fit(data), data, nameof(SeriesRow.IsHigh));
        Assert.AreEqual("Time", table[0][0]);
        Assert.HasCount(9, table);
        Assert.AreEqual("Steps 8 to 11", table[1][0]);
        TrainedBound.AtMost(double.Parse(table[1][1], CultureInfo.InvariantCulture), -0.2, "change of the accuracy");
    }

    [TestMethod, Trained]
    public void Forecasts_HaveTheImportanceOfTheirChannels_ByTheirError()
    {
        var random = new Random(TrainedSeed.From(1));
        var data = Cached(Enumerable.Range(0, 200).Select(hour => new Hour { Load = MathF.Sin(hour * MathF.PI / 12), Noise = random.NextSingle() }));
        var pipeline = _ml.Transforms.SequenceTransforms().ForecastWindow([nameof(Hour.Load)], length: 24, horizon: 4, inputColumnNames: [nameof(Hour.Noise)])
            .Append(_ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions { EnsembleSize = 1, Training = { Epochs = 1 } }));
        var table = Importance(pipeline.Fit(data), data, "Label");
        CollectionAssert.AreEqual(new[] { "Channel", "Mean absolute error", "Standard error" }, table[0]);
        Assert.AreEqual(nameof(Hour.Load), table[1][0]);
        TrainedBound.AtLeast(double.Parse(table[1][1], CultureInfo.InvariantCulture), 0.1, "change of the error");
        Assert.AreEqual(nameof(Hour.Noise), table[2][0]);
    }

    private IDataView Cached<T>(IEnumerable<T> rows)
        where T : class => _ml.Data.Cache(_ml.Data.LoadFromEnumerable(rows));

    private string[][] Importance(ITransformer model, IDataView data, string label)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            _ml.Model.Report(model, data, path, new ReportOptions { LabelColumnName = label, ExplainedRows = 0 });
            var table = XDocument.Parse(File.ReadAllText(path)).Descendants("h2").Single(title => title.Value.StartsWith("Importance of ", StringComparison.Ordinal))
                .ElementsAfterSelf("div").First();
            return [.. table.Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class TableRow
    {
        public float Age { get; set; }

        public float Height { get; set; }

        public float Weight { get; set; }

        public float Target { get; set; }
    }

    private sealed class SeriesRow
    {
        [VectorType(32)]
        public float[] Features { get; set; } = [];

        public bool IsHigh { get; set; }
    }

    private sealed class Hour
    {
        public float Load { get; set; }

        public float Noise { get; set; }
    }
}
