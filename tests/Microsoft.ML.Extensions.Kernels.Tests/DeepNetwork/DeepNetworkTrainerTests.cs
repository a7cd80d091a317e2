using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class DeepNetworkTrainerTests
{
    private static readonly MLContext Ml = new(1);

    // Two classes on both sides of a line: what any network learns that lets signals and gradients through.
    [TestMethod, Trained]
    [DataRow(DeepInitialization.Critical, 0.7, 1.0)]
    [DataRow(DeepInitialization.TorchDefault, 0.35, 0.65)]
    public void FortyLayers_LearnFromTheCriticalInitialization_AndNotFromTheDefault(
        DeepInitialization initialization, double atLeast, double atMost)
    {
        var data = Rows(400, [2], random => [(float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f], row => row[0]
            + row[1] > 0);
        using var model = Ml.BinaryClassification.Trainers.DeepNetwork(new DeepNetworkOptions
        {
            Depth = 40,
            Width = 32,
            Activation = DeepActivation.Tanh,
            Initialization = initialization,
            EnsembleSize = 1,
            Training = new TrainingOptions { Epochs = 25, BatchSize = 32, Seed = TrainedSeed.From(1), LearningRate = 0.02 },
        }).Fit(data);
        var accuracy = Ml.BinaryClassification.Evaluate(model.Transform(data)).Accuracy;
        TrainedBound.AtLeast(accuracy, atLeast, "accuracy");
        TrainedBound.AtMost(accuracy, atMost, "accuracy");
    }

    // Whether a bright square lies anywhere: the same wherever, which vectors do not know and convolutions do.
    [TestMethod, Trained]
    public void Convolutions_LearnWhatImagesHaveAnywhere()
    {
        var images = Rows(400, [1, 8, 8], Square, image => image.Max() > 0.9f);
        var (train, test) = (Ml.Data.TakeRows(images, 300), Ml.Data.SkipRows(images, 300));
        using var model = Ml.BinaryClassification.Trainers.DeepNetwork(new DeepNetworkOptions
        {
            Architecture = "conv 8 x 2, pool 8",
            EnsembleSize = 1,
            Training = new TrainingOptions { Epochs = 30, BatchSize = 16, Seed = TrainedSeed.From(1), LearningRate = 0.02 },
        }).Fit(train);
        TrainedBound.Above(Ml.BinaryClassification.Evaluate(model.Transform(test)).Accuracy, 0.9, "accuracy");
    }

    [TestMethod]
    public void ShortOverload_TakesDepthAndWidth()
    {
        var data = Rows(20, [3], random => [(float)random.NextDouble(), 1, (float)random.NextDouble()], row => row[0] > 0.5f);
        using var model = Ml.BinaryClassification.Trainers.DeepNetwork(depth: 2, width: 7, epochs: 1).Fit(data);
        CollectionAssert.AreEqual(new long[] { 7, 7 }, model.Model.ParameterShapes["members.0.layers.1.weight"]);
    }

    // Noise, with a bright square of four pixels in every second image.
    private static float[] Square(Random random)
    {
        var image = new float[64];
        var inSquare = random.Next(2) == 0;
        var (x, y) = (random.Next(7), random.Next(7));
        int[] places = inSquare ? [(8 * y) + x, (8 * y) + x + 1, (8 * y) + x + 8, (8 * y) + x + 9] : [];
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = places.Contains(i) ? 1 : 0.8f * (float)random.NextDouble();
        }
        return image;
    }

    private static IDataView Rows(int count, int[] shape, Func<Random, float[]> draw, Func<float[], bool> label)
    {
        var random = new Random(TrainedSeed.From(1));
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        return Ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, count).Select(_ => draw(random)).Select(values => new Row { Features = values, Label = label(values) })
                .ToList(), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
