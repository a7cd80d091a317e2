using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

namespace Microsoft.ML.Extensions.Sequence.Tests.Bases;

[TestClass]
public sealed class PatchChoiceTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _log = [];

    public PatchChoiceTests() => _ml.Log += (_, entry) => _log.Add(entry.Message);

    [TestMethod]
    [DataRow(400, 0, 1)]
    [DataRow(640, 0, 3)]
    [DataRow(640, 1, 1)]
    [DataRow(640, 7, 7)]
    public void LongRows_AreReadInPatches_UnlessSaidOtherwise(int steps, int asked, int expected)
    {
        var options = Small(new ParaRnnOptions { PatchLength = asked });
        using var model = _ml.Regression.Trainers.ParaRnn(options).Fit(Rows(steps));
        Assert.AreEqual(expected, Patch(model));
        Assert.AreEqual(asked == 0 && expected > 1, _log.Any(line => line.Contains($"reads {expected} of them as one", StringComparison.Ordinal)));
        Assert.AreEqual(asked, options.PatchLength);
    }

    [TestMethod]
    public void NetworkThatGoesStepByStep_ReadsSingleSteps_UnlessSaidOtherwise()
    {
        var options = Small(new ParaRnnOptions { Bidirectional = false });
        using var model = _ml.Regression.Trainers.ParaRnn(options).Fit(Rows(640));
        Assert.AreEqual(1, Patch(model));
        options.PatchLength = 2;
        using var patched = _ml.Regression.Trainers.ParaRnn(options).Fit(Rows(640));
        var refused = Assert.ThrowsExactly<NotSupportedException>(() => _ml.Model.CreateStreamingEngine<Step, Answer>(patched)).Message;
        Assert.Contains("PatchLength is 2, and a patch needs all of its steps; set it to 1", refused);
    }

    [TestMethod]
    public void LsslThatCanFollowASamplingRate_ReadsSingleSteps_AndRefusesOneWithPatches()
    {
        var options = Small(new LsslOptions { StateSize = 4, ConvolutionWidth = 0 });
        using var model = _ml.Regression.Trainers.Lssl(options).Fit(Rows(640));
        using var slower = model.WithSamplingRate(0.5);
        options.PatchLength = 2;
        using var patched = _ml.Regression.Trainers.Lssl(options).Fit(Rows(640));
        Assert.Contains("PatchLength 2", Assert.ThrowsExactly<ArgumentException>(() => patched.WithSamplingRate(0.5)).Message);
    }

    [TestMethod]
    public void Forecasts_HaveTheirOwn()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(60, noise: 0.5));
        var options = Small(new ParaRnnOptions { PatchLength = 2 });
        options.LabelColumnName = "Label";
        var pipeline = _ml.Transforms.Sequences.ForecastWindow(["First"], 8, 2).Append(_ml.Forecasting.Trainers.ParaRnn(options));
        Assert.Contains("ForecastOptions.PatchLength", Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(table)).Message);
    }

    [TestMethod]
    public void Tokens_AreReadOneByOne()
    {
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(row => new Words { Text = [$"{row % 3}", $"{row % 5}"], Target = row }));
        var options = Small(new ParaRnnOptions { PatchLength = 2 });
        Assert.Contains("PatchLength is 2, and feature column 'Features' is of tokens", Assert.ThrowsExactly<InvalidOperationException>(Fit).Message);
        options.PatchLength = 0;
        using var chain = Fit();
        Assert.AreEqual(1, Patch(chain.LastTransformer));

        TransformerChain<NetworkTransformer> Fit() =>
            _ml.Transforms.Conversion.MapValueToKey("Features", "Text").Append(_ml.Regression.Trainers.ParaRnn(options)).Fit(rows);
    }

    private static int Patch(NetworkTransformer model) => ((SequenceTrainerOptions)model.ReadOptions()).PatchLength;

    private static TOptions Small<TOptions>(TOptions options)
        where TOptions : SequenceTrainerOptions
    {
        (options.LabelColumnName, options.HiddenSize, options.Layers, options.EnsembleSize, options.Base) = ("Target", 4, 1, 1, SequenceBase.None);
        options.Training.Epochs = 1;
        return options;
    }

    private IDataView Rows(int steps)
    {
        var random = new Random(1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, steps, 1);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(_ => new Row
        {
            Features = [.. Enumerable.Range(0, steps).Select(_ => random.NextSingle())],
            Target = random.NextSingle(),
        }).ToArray(), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Target { get; set; }
    }

    private sealed class Words
    {
        public string[] Text { get; set; } = [];

        public float Target { get; set; }
    }

    private sealed class Step
    {
        [VectorType(1, 1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public float Score { get; set; }
    }
}
