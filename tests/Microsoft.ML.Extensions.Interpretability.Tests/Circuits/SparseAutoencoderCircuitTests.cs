using System.Reflection;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class SparseAutoencoderCircuitTests
{
    [TestMethod, Trained]
    [DataRow("reverse")]
    [DataRow("fraction")]
    [DataRow("sort")]
    [DataRow("histogram")]
    public void Default_RanksTheHeadsOfCompiledProgramsFirst_AndTheirEdges(string program)
    {
        using var compiled = KnownCircuits.Compile(program);
        var truth = compiled.Truth(AblationKind.Resample);
        var circuit = Finder().Find(compiled.Model, compiled.ToTask(40, TrainedSeed.From(1)));
        TrainedBound.AtLeast(KnownCircuits.NodeAuc(circuit.Scores, truth), 1, "area of the heads");
        TrainedBound.Above(KnownCircuits.EdgeAuc(circuit.Scores, truth), 0.95, "area of the edges");
        Assert.IsTrue(truth.Heads.Contains(circuit.Heads[0].Head));
        CollectionAssert.AreEquivalent(circuit.Heads.Where(head => head.Selected).Select(head => head.Head).ToArray(),
            circuit.Heads.Where(head => head.Score >= circuit.Threshold && head.Score > 0).Select(head => head.Head).ToArray());
    }

    [TestMethod]
    public void SameSeed_GivesTheSameCircuit()
    {
        using var compiled = KnownCircuits.Compile("sort");
        var task = compiled.ToTask(24);
        var (first, second) = (
            new SparseAutoencoderCircuit().Find(compiled.Model, task), new SparseAutoencoderCircuit().Find(compiled.Model, task));
        CollectionAssert.AreEqual(first.Scores.Heads.Values.ToArray(), second.Scores.Heads.Values.ToArray());
        CollectionAssert.AreEqual(first.Scores.Edges.Values.ToArray(), second.Scores.Edges.Values.ToArray());
        Assert.AreEqual(first.PValue, second.PValue);
        CollectionAssert.AreEqual(
            first.Scores.Heads.Values.ToArray(), new SparseAutoencoderCircuit().Score(compiled.Model, task).Heads.Values.ToArray());
    }

    [TestMethod, Trained]
    public void PValue_IsSmallWhereCodesTellTheClassesApart_AndTheyDoOnHeldOutRows()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var circuit = Finder().Find(compiled.Model, compiled.ToTask(60, TrainedSeed.From(1)));
        TrainedBound.Below(circuit.PValue, 0.01, "probability of permuted labels");
        TrainedBound.Above(circuit.HeldOutAuc, 0.9, "area of held-out rows");
    }

    [TestMethod, Trained]
    public void PValue_OfLabelsWithoutMeaning_IsNotSmall()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var task = compiled.ToTask(80, TrainedSeed.From(1));
        // Every positive example stands in either class by its number.
        var examples = task.Positives.Select((example, number) => new CircuitExample(example.Tokens, number % 2 == 0, example.Targets));
        var circuit = Finder().Find(compiled.Model, new CircuitTask(examples, CircuitMetric.Logit));
        // .001 where labels tell the codes apart; where they tell nothing every probability is as likely as another.
        TrainedBound.Above(circuit.PValue, 0.01, "probability of permuted labels");
    }

    [TestMethod]
    public void Published_GivesWholeCounts_AsPartsOfOne_AndPairsOfHeads()
    {
        using var compiled = KnownCircuits.Compile("reverse");
        var options = CircuitFinderOptions.Published();
        options.Softmax = CircuitSoftmax.None;
        var counts = new SparseAutoencoderCircuit(options).Score(compiled.Model, compiled.ToTask(20)).Heads.Values.ToArray();
        Assert.IsTrue(Array.TrueForAll(counts, count => count == Math.Floor(count) && count >= 0 && count <= 20));
        var parts = new SparseAutoencoderCircuit(CircuitFinderOptions.Published()).Score(compiled.Model, compiled.ToTask(20));
        Assert.AreEqual(1, parts.Heads.Values.Sum(), 1e-9);
        Assert.IsTrue(parts.Edges.Keys.All(
            edge => edge.Source.Part == CircuitPart.Head && edge.Target.Part == CircuitPart.Head && edge.Source.Layer < edge.Target.Layer));
        options.Softmax = CircuitSoftmax.AcrossLayers;
        var across = new SparseAutoencoderCircuit(options).Score(compiled.Model, compiled.ToTask(20));
        foreach (var column in across.Heads.GroupBy(head => head.Key.Index))
        {
            Assert.AreEqual(1, column.Sum(head => head.Value), 1e-9);
        }
        options.Scoring = CircuitScoring.BestPairs;
        options.Softmax = CircuitSoftmax.None;
        var heads = compiled.Model.Config.Layers * compiled.Model.Config.Heads;
        Assert.AreEqual(heads * heads / 2,
            new SparseAutoencoderCircuit(options).Score(compiled.Model, compiled.ToTask(20)).Heads.Values.Sum());
    }

    [TestMethod, Trained]
    public void Contrast_NeedsNoTargets_AndAttributionSaysThatItDoes()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var task = new CircuitTask(
            compiled.ToTask(20, TrainedSeed.From(1)).Examples.Select(example => new CircuitExample(example.Tokens, example.IsPositive)));
        var contrast = new SparseAutoencoderCircuit(
            new CircuitFinderOptions { Scoring = CircuitScoring.CodeContrast, Seed = TrainedSeed.From(1) }).Find(compiled.Model, task);
        TrainedBound.Above(contrast.Heads[0].Score, 0.1, "contrast of the first head");
        Assert.AreEqual(contrast.Heads[0].Score, contrast.Heads[0].Contrast, 1e-12);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new SparseAutoencoderCircuit().Find(compiled.Model, task));
        StringAssert.Contains(error.Message, "CodeContrast");
    }

    [TestMethod, Trained]
    public void F1AndRoc_AreOfTheSelectedHeads_AndOfEveryThreshold()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var (task, truth) = (compiled.ToTask(20, TrainedSeed.From(1)), compiled.Truth(AblationKind.Resample));
        var circuit = new SparseAutoencoderCircuit(new CircuitFinderOptions { Epochs = 100, Seed = TrainedSeed.From(1) })
            .Find(compiled.Model, task);
        TrainedBound.AtLeast(circuit.F1(truth), 1, "F1");
        Assert.AreEqual(1, circuit.F1(truth, asPublished: true));
        // One of two true heads selected, none of the two others: precision 1, recall .5; rates .5 and 1.
        var wider = new CircuitTruth([circuit.Heads[0].Head, circuit.Heads[^1].Head]);
        Assert.AreEqual(2 * 0.5 / 1.5, circuit.F1(wider), 1e-12);
        Assert.AreEqual(2 * 0.5 / 1.5, circuit.F1(wider, asPublished: true), 1e-12);
        // The others selected: all false. Precision and recall 0; nothing true taken.
        Assert.AreEqual(0, circuit.F1(new CircuitTruth([circuit.Heads[^1].Head])));
        var roc = circuit.Scores.Roc(truth);
        Assert.AreEqual(new RocPoint(double.PositiveInfinity, 0, 0), roc[0]);
        Assert.AreEqual((0, 1), (roc[1].FalsePositiveRate, roc[1].TruePositiveRate));
        Assert.AreEqual((1, 1), (roc[^1].FalsePositiveRate, roc[^1].TruePositiveRate));
    }

    [TestMethod]
    public void SearchRanges_StartAtTheDefaults_AndStayWithinWhatIsAllowed()
    {
        var defaults = new CircuitFinderOptions();
        var searched = 0;
        foreach (var property in typeof(CircuitFinderOptions).GetProperties())
        {
            object[]? ends = null;
            if (property.GetCustomAttribute<Microsoft.ML.SearchSpace.RangeAttribute>() is { } range)
            {
                Assert.AreEqual(Convert.ToDouble(property.GetValue(defaults)), Convert.ToDouble(range.Init), 1e-12, property.Name);
                ends = [range.Min, range.Max];
            }
            else if (property.GetCustomAttribute<Microsoft.ML.SearchSpace.ChoiceAttribute>() is { } choice)
            {
                Assert.AreEqual(property.GetValue(defaults), choice.DefaultValue, property.Name);
                ends = choice.Candidates;
            }
            if (ends is not null)
            {
                searched++;
                var legal = property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RangeAttribute>()!;
                Assert.IsTrue(Array.TrueForAll(ends, legal.IsValid), property.Name);
            }
        }
        Assert.AreEqual(5, searched);
    }

    [TestMethod]
    public void TooFewExamples_ForAPermutationTest_AreAnError_UnlessNoneIsAskedFor()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var few = compiled.ToTask(4);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new SparseAutoencoderCircuit().Find(compiled.Model, few));
        StringAssert.Contains(error.Message, "4 positive and 4 negative");
        var circuit = new SparseAutoencoderCircuit(new CircuitFinderOptions { Permutations = 0 }).Find(compiled.Model, few);
        Assert.IsTrue(double.IsNaN(circuit.PValue));
        Assert.AreEqual(1, KnownCircuits.NodeAuc(circuit.Scores, compiled.Truth(AblationKind.Resample)));
    }

    [TestMethod]
    public void Examples_WithoutTheOtherClass_OrTooLong_OrOutsideTheVocabulary_AreErrors()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new CircuitTask([new([1], true)])).Message, "1 positive and 0 negative");
        CircuitTask With(int[] row) => new(compiled.ToTask(8).Examples.Append(new CircuitExample(row, false)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => new SparseAutoencoderCircuit().Find(compiled.Model, With(new int[50]))).Message, "context");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new SparseAutoencoderCircuit().Find(compiled.Model, With([77]))).Message, "77");
    }

    [TestMethod]
    public void Options_ThatAreNotAllowed_AreNamed()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new SparseAutoencoderCircuit(new CircuitFinderOptions { Features = 0, Threshold = 2, PerCode = true }));
        StringAssert.Contains(error.Message, nameof(CircuitFinderOptions.Features));
        StringAssert.Contains(error.Message, nameof(CircuitFinderOptions.Threshold));
        StringAssert.Contains(error.Message, nameof(CircuitFinderOptions.PerCode));
    }

    [TestMethod]
    public void Cancellation_StopsIt_AndNoTensorIsLeft()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var task = compiled.ToTask(20);
        LiveTensors.AssertNoneLeft(() => new SparseAutoencoderCircuit().Find(compiled.Model, task));
        LiveTensors.AssertNoneLeft(() =>
            Assert.ThrowsExactly<OperationCanceledException>(
                () => new SparseAutoencoderCircuit().Find(compiled.Model, task, new CancellationToken(canceled: true))));
    }

    private static SparseAutoencoderCircuit Finder() => new(new CircuitFinderOptions { Seed = TrainedSeed.From(1) });
}
