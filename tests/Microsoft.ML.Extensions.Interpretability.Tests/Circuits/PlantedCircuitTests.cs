using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class PlantedCircuitTests
{
    private static readonly SparseAutoencoderCircuit Contrast = new(
        new CircuitFinderOptions { Scoring = CircuitScoring.CodeContrast, Seed = TrainedSeed.From(1) });

    [TestMethod, Trained]
    [DataRow(false, 1.0, 40)]
    [DataRow(true, 1.0, 40)]
    [DataRow(false, 0.3, 80)]
    [DataRow(true, 0.3, 80)]
    public void Contrast_FindsHeadsThatSayOtherThings_ManyOrOneStrong_OftenOrSometimes(bool strong, double marked, int examples)
    {
        using var planted = PlantedCircuit.Create(strong, examples, marked, seed: TrainedSeed.From(1));
        TrainedBound.Above(KnownCircuits.NodeAuc(Contrast.Score(planted.Model, planted.Task), planted.Truth), 0.9, "area of the heads");
    }

    [TestMethod, Trained]
    public void Published_FindsWhatAddsManyCodes_AndNotWhatAddsOneStrongDirection()
    {
        var options = CircuitFinderOptions.Published();
        options.Seed = TrainedSeed.From(options.Seed);
        var published = new SparseAutoencoderCircuit(options);
        using var varied = PlantedCircuit.Create(strong: false, 100, 1, seed: TrainedSeed.From(1));
        using var strong = PlantedCircuit.Create(strong: true, 100, 1, seed: TrainedSeed.From(1));
        TrainedBound.Above(KnownCircuits.NodeAuc(published.Score(varied.Model, varied.Task), varied.Truth), 0.7, "area, many codes");
        TrainedBound.Below(KnownCircuits.NodeAuc(published.Score(strong.Model, strong.Task), strong.Truth), 0.5,
            "area, one strong direction");
    }

    [TestMethod, Trained]
    [DataRow(true)]
    [DataRow(false)]
    public void LabelsWithoutMeaning_RankHeadsByChance(bool strong)
    {
        using var planted = PlantedCircuit.Create(strong, 60, 1, seed: TrainedSeed.From(1));
        using var activations = HeadActivations.Record(planted.Model, [.. planted.Task.Examples.Select(example => example.Tokens)]);
        using var means = HeadMeans.Of(activations, 1);
        using var space = SensitivitySpace.Plain(planted.Model.Config.ModelWidth, planted.Model.Device);
        using var coder = HeadCoder.Train(planted.Model, activations, means, [space], 1000,
            new SparseAutoencoderOptions { Epochs = 200, Sparsity = 0.002, Seed = TrainedSeed.From(1) });
        var codes = coder.Codes(activations);
        bool[] truth = [.. Enumerable.Range(0, planted.Model.Config.Heads)
            .Select(head => planted.Truth.Heads.Contains(CircuitNode.Head(0, head)))];
        double Auc(IReadOnlyList<bool> labels) =>
            RankingScores.AreaUnderRoc(CodeContrast.Nodes(codes, truth.Length, activations.Rows, labels, seed: TrainedSeed.From(1)), truth);
        // The heads of the circuit all see one mark, so that a single draw ranks them all high or all low.
        const int Draws = 100;
        var mean = Enumerable.Range(1, Draws)
            .Average(seed => Auc([.. planted.Permuted(TrainedSeed.From(seed)).Examples.Select(example => example.IsPositive)]));
        TrainedBound.Near(0.5, mean, 0.13, "mean area of permuted labels beside .5");
        TrainedBound.Above(Auc([.. planted.Task.Examples.Select(example => example.IsPositive)]), 0.99, "area");
    }
}
