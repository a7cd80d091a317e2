using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn;

/// <summary>Clips that only the order of their frames tells apart.</summary>
[TestClass]
public sealed class LrcnTrainerTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod, Trained]
    public void DirectionOfMovement_IsLearned_AndTheBaselineOfSingleFramesStaysAtChance()
    {
        // Chance is .25, and single frames tell no more than the axis: .5. The last step alone is judged: the first one has seen no
        // movement.
        TrainedBound.Above(Accuracy(singleFrame: false, epochs: 20), 0.8, "accuracy");
        TrainedBound.Below(Accuracy(singleFrame: true, epochs: 2), 0.4, "accuracy of single frames");
    }

    [TestMethod]
    public void TokensAndOtherFeatures_AreRefused()
    {
        var words = Ml.Data.LoadFromEnumerable(new[] { new Words { Features = ["a"] }, new Words { Features = ["b"] } });
        var tokens = Ml.Transforms.Conversion.MapValueToKey("Features").Fit(words).Transform(words);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Regression.Trainers.Lrcn().Fit(tokens));
        StringAssert.Contains(e.Message, "images [T, C, H, W] of Single");
    }

    [TestMethod]
    [DataRow(nameof(LrcnOptions.ClipStride), 17, "ClipLength 16")]
    [DataRow(nameof(LrcnOptions.BackboneWeightsFile), "nowhere", "no file 'nowhere'")]
    [DataRow(nameof(LrcnOptions.BackboneWeightsFile), "nowhere", "Backbone is Small")]
    public void OptionsThatContradict_AreRefused(string name, object value, string told)
    {
        var options = new LrcnOptions();
        typeof(LrcnOptions).GetProperty(name)!.SetValue(options, value);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Regression.Trainers.Lrcn(options)).Message, told);
    }

    [TestMethod]
    public void PathOfWeights_IsNotInTheModel_AndThatOfOldModelsIsNotLookedFor()
    {
        var json = JsonSerializer.SerializeToNode(new LrcnOptions { BackboneWeightsFile = "nowhere" }, ModelEntry.Json)!.AsObject();
        Assert.IsNull(json[nameof(LrcnOptions.BackboneWeightsFile)]);
        json[nameof(LrcnOptions.Backbone)] = nameof(FrameBackbone.ResNet18);
        json[nameof(LrcnOptions.ConvolutionChannels)] = 64;
        json[nameof(LrcnOptions.BackboneWeightsFile)] = "nowhere";
        LrcnTrainer.Network.Check(json.Deserialize<JsonElement>(ModelEntry.Json));
    }

    private static double Accuracy(bool singleFrame, int epochs)
    {
        var ml = new MLContext(TrainedSeed.From(1));
        var options = new LrcnOptions { SingleFrame = singleFrame, ConvolutionChannels = 8, EnsembleSize = 1, Fusion = FrameFusion.Last };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate) = (epochs, 16, 0.005);
        var train = MovingSquare.ToDataView(ml, MovingSquare.Rows(240, TrainedSeed.From(1), frames: 8));
        var test = MovingSquare.ToDataView(ml, MovingSquare.Rows(200, TrainedSeed.From(2), frames: 8));
        var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.Lrcn(options)).Fit(train);
        return ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    private sealed class Words
    {
        public string[] Features { get; set; } = [];

        [ColumnName("Label")]
        public float Target { get; set; }
    }
}
