using Microsoft.ML.Extensions.Sequence.Tests.Forecasting;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Bases;

[TestClass]
public sealed class PoolingChoiceTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(null, SequencePooling.MeanMax)]
    [DataRow(SequencePooling.Segments, SequencePooling.Segments)]
    public void ClassesAndNumbers_ArePooledByMeanAndMaximum_UnlessSaidOtherwise(SequencePooling? asked, SequencePooling expected)
    {
        var rows = _ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, 1));
        using var model = _ml.Regression.Trainers.ParaRnn(Small(asked)).Fit(rows);
        Assert.AreEqual(expected, Pooling(model));
    }

    [TestMethod]
    public void Aaren_IsPooledBySegments()
    {
        var rows = _ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, 1));
        var options = new AarenOptions { LabelColumnName = "Target", HiddenSize = 4, EnsembleSize = 1, Base = SequenceBase.None, Training = { Epochs = 1 } };
        using var model = _ml.Regression.Trainers.Aaren(options).Fit(rows);
        Assert.AreEqual(SequencePooling.Segments, ((AarenOptions)model.ReadOptions()).Pooling);
    }

    [TestMethod]
    public void SingleLayerTransformer_IsPooledBySegments()
    {
        var rows = _ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, 1));
        var options = new SingleLayerTransformerOptions { LabelColumnName = "Target", HiddenSize = 4, EnsembleSize = 1, Base = SequenceBase.None, Training = { Epochs = 1 } };
        using var model = _ml.Regression.Trainers.SingleLayerTransformer(options).Fit(rows);
        Assert.AreEqual(SequencePooling.Segments, ((SingleLayerTransformerOptions)model.ReadOptions()).Pooling);
    }

    // The place of a step in its window counts.
    [TestMethod]
    [DataRow(null, SequencePooling.Segments)]
    [DataRow(SequencePooling.MeanMax, SequencePooling.MeanMax)]
    public void Forecasts_ArePooledBySegments_UnlessSaidOtherwise(SequencePooling? asked, SequencePooling expected)
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(60, noise: 0.5));
        var options = Small(asked);
        options.LabelColumnName = "Label";
        using var chain = _ml.Transforms.Sequences.ForecastWindow(["First"], 8, 2).Append(_ml.Forecasting.Trainers.ParaRnn(options)).Fit(table);
        Assert.AreEqual(expected, Pooling(chain.LastTransformer));
    }

    private static SequencePooling? Pooling(NetworkTransformer model) => ((ParaRnnOptions)model.ReadOptions()).Pooling;

    private static ParaRnnOptions Small(SequencePooling? pooling) => new()
    {
        LabelColumnName = "Target",
        HiddenSize = 4,
        Layers = 1,
        EnsembleSize = 1,
        Base = SequenceBase.None,
        Pooling = pooling,
        Training = { Epochs = 1 },
    };
}
