using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class SingleLayerTransformerTrainerTests
{
    [TestMethod, Trained]
    public void TrainedModel_WithoutPlaces_ScoresRowsInAnyOrderTheSame()
    {
        var (forwards, backwards) = Scores(new() { PositionFeatures = false });
        TrainedBound.Near(forwards.Select(score => (double)score), backwards.Select(score => (double)score), Tolerance.Single,
            "difference of scores");
        TrainedBound.Above(forwards.Max() - forwards.Min(), 0.1, "range of scores");
    }

    [TestMethod, Trained]
    public void TrainedModel_WithPlaces_KnowsTheOrder()
    {
        var (forwards, backwards) = Scores(new() { PositionFeatures = true });
        TrainedBound.Above(forwards.Zip(backwards, (a, b) => Math.Abs(a - b)).Max(), 0.01, "difference of scores");
    }

    // The scores of rows and of the same rows reversed, by a model trained on the former.
    private static (float[] Forwards, float[] Backwards) Scores(SingleLayerTransformerOptions options)
    {
        var ml = new MLContext(TrainedSeed.From(1));
        var rows = TinyData.Rows(40, TrainedSeed.From(1));
        var turned = rows.Select(row => new SequenceRow { Features = [.. row.Features.Reverse()], Target = row.Target });
        (options.ConvolutionWidth, options.Pooling, options.HiddenSize, options.Heads) = (0, SequencePooling.Mean, 8, 2);
        (options.Base, options.EnsembleSize, options.Training.Epochs, options.LabelColumnName) = (
            SequenceBase.None, 1, 10, nameof(SequenceRow.Target));
        using var model = ml.Regression.Trainers.SingleLayerTransformer(options).Fit(SequenceRow.ToDataView(ml, rows, 16, 1));
        float[] Of(IEnumerable<SequenceRow> some) => [.. ml.Data.CreateEnumerable<Scored>(
            model.Transform(SequenceRow.ToDataView(ml, some, 16, 1)), reuseRowObject: false).Select(row => row.Score)];
        return (Of(rows), Of(turned));
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
