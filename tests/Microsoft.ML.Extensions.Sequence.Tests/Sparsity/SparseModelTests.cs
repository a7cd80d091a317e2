using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Sparse models of a GRU: what is sparse, how small the file is, and what pruning leaves.</summary>
[TestClass]
public sealed class SparseModelTests
{
    private const int Width = 48;

    private static readonly MLContext s_ml = new(1);

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 12).Select(t => MathF.Sin((i * t) + t) + (i % 2))],
        Label = i % 2,
    }).ToArray());

    [TestMethod]
    public void RecurrentTargets_AreSparse_GateByGate_AndNothingElseIs()
    {
        using var model = Fit(options => options.Training.Sparsity = new SparsityOptions
        {
            Method = SparsityMethod.StaticRandom,
            Density = 0.25,
            Targets = SparsityTargets.HiddenToHidden,
            Distribution = SparsityDistribution.Uniform,
        });
        foreach (var matrix in model.Model.MeasureSparsity().Matrices)
        {
            Assert.AreEqual(matrix.Name.EndsWith("recurrentWeight", StringComparison.Ordinal) ? 0.25 : 1, matrix.Density, matrix.Name);
        }
        var recurrent = model.Model.Network.named_parameters()
            .First(named => named.name.EndsWith("recurrentWeight", StringComparison.Ordinal)).parameter.data<float>().ToArray();
        Assert.IsTrue(recurrent.Chunk(Width * Width).All(gate => gate.Count(weight => weight != 0) == Width * Width / 4));
    }

    [TestMethod]
    public void Report_CountsParametersBytesAndOperations()
    {
        using var model = Fit(options => options.Training.Sparsity = new SparsityOptions { Method = SparsityMethod.Set, Density = 0.1 });
        var report = model.Model.MeasureSparsity();
        Assert.AreEqual(model.Model.ParameterCount, report.ParameterCount);
        Assert.AreEqual(2 * report.Matrices.Sum(matrix => matrix.Count), report.DenseFlops);
        Assert.AreEqual(2 * report.Matrices.Sum(matrix => matrix.NonZeroCount), report.SparseFlops);
        Assert.AreEqual(0.1, report.Density, 1e-3);
        Assert.IsTrue(report.ExploredShare is > 0.12 and < 0.6, $"{report.ExploredShare}");
        Assert.AreEqual(0.1, report.MeanTrainingDensity!.Value, 1e-9);
        Assert.AreEqual(0.1, report.PeakTrainingDensity!.Value, 1e-9);
        Assert.AreEqual(3 * report.DenseFlops * 0.1, report.TrainingFlops, 1e-6);
        var text = report.ToString();
        StringAssert.Contains(text, "head.weight");
        StringAssert.Contains(text, report.ParameterCount.ToString("n0", CultureInfo.InvariantCulture));
        var file = ModelFile.Save(s_ml, model, s_data.Schema);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, file);
        Assert.AreEqual(text, loaded.Model.MeasureSparsity().ToString());
    }

    [TestMethod]
    [DataRow(SparsityMethod.Magnitude, 0.6, 1.0)]
    [DataRow(SparsityMethod.Snip, 0.2, 0.2)]
    [DataRow(SparsityMethod.LotteryTicket, 0.6, 1.0)]
    public void Report_HasTheDensityOfTraining(SparsityMethod method, double mean, double peak)
    {
        // Two epochs: half of the steps dense, and a round of the lottery after all epochs.
        using var model = Fit(options => options.Training.Sparsity = new SparsityOptions
        {
            Method = method,
            Density = 0.2,
            Begin = method switch { SparsityMethod.Magnitude => 0.5, SparsityMethod.LotteryTicket => 0, _ => null },
            Rounds = method == SparsityMethod.LotteryTicket ? 1 : 0,
        });
        var report = model.Model.MeasureSparsity();
        Assert.AreEqual(mean, report.MeanTrainingDensity!.Value, 1e-9);
        Assert.AreEqual(peak, report.PeakTrainingDensity!.Value, 1e-9);
        using var recurrent = Fit(options => options.Training.Sparsity = new SparsityOptions { Method = SparsityMethod.Set, Density = 0.2, Targets = SparsityTargets.Recurrent });
        var counted = recurrent.Model.MeasureSparsity();
        Assert.AreEqual(counted.Density, counted.MeanTrainingDensity!.Value, 1e-3);
        Assert.IsNull(Dense().MeanTrainingDensity);
    }

    [TestMethod]
    public void FileOfASparseModel_IsSmaller()
    {
        using var dense = Fit(_ => { });
        using var sparse = Fit(options => options.Training.Sparsity = new SparsityOptions { Density = 0.1 });
        Assert.IsNull(dense.Model.MeasureSparsity().ExploredShare);
        var (whole, small) = (ModelFile.Save(s_ml, dense, s_data.Schema).Length, ModelFile.Save(s_ml, sparse, s_data.Schema).Length);
        Assert.IsTrue(small < 0.35 * whole, $"{small} of {whole} bytes");
        Assert.IsTrue(sparse.Model.MeasureSparsity().PackedBytes < small);
    }

    [TestMethod]
    public void Ensemble_HasAMaskForEachNetwork()
    {
        using var model = Fit(options =>
        {
            options.EnsembleSize = 2;
            options.Training.Sparsity = new SparsityOptions { Method = SparsityMethod.StaticRandom, Density = 0.2 };
        });
        var masks = model.Model.Network.named_parameters().Where(named => named.name.EndsWith("recurrentWeight", StringComparison.Ordinal))
            .GroupBy(named => named.name.Split('.')[1]).Select(member => string.Concat(member.First().parameter.data<float>().ToArray()
            .Select(weight => weight != 0 ? '1' : '0'))).ToArray();
        Assert.HasCount(2, masks);
        Assert.AreNotEqual(masks[0], masks[1]);
        Assert.AreEqual(0.2, model.Model.MeasureSparsity().Density, 1e-3);
    }

    [TestMethod]
    public void Prune_LeavesTheLargest_AndTheOldModelAsItWas()
    {
        using var model = Fit(_ => { });
        var before = Persistence.Safetensors.Save(model.Model.Network);
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.25 });
        CollectionAssert.AreEqual(before, Persistence.Safetensors.Save(model.Model.Network));
        Assert.AreEqual(0.25, pruned.Model.MeasureSparsity().Density, 1e-3);
        var (old, kept) = (Recurrent(model), Recurrent(pruned));
        foreach (var (was, now) in old.Chunk(Width * Width).Zip(kept.Chunk(Width * Width)))
        {
            var least = was.Select(Math.Abs).OrderDescending().ElementAt((Width * Width / 4) - 1);
            Assert.IsTrue(was.Zip(now).All(pair => pair.Second == (Math.Abs(pair.First) >= least ? pair.First : 0)));
        }
        var scores = Scores(pruned);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, ModelFile.Save(s_ml, pruned, s_data.Schema));
        CollectionAssert.AreEqual(scores, Scores(loaded));
        CollectionAssert.AreNotEqual(scores, Scores(model));
    }

    [TestMethod]
    public void Prune_OfAChain_ReplacesItsNetworks()
    {
        using var model = Fit(_ => { });
        var chain = new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(model));
        using var pruned = (TransformerChain<ITransformer>)s_ml.Model.Prune(chain, new PruningOptions { Density = 0.5 });
        Assert.AreEqual(0.5, ((NetworkTransformer)pruned.LastTransformer).Model.MeasureSparsity().Density, 1e-3);
    }

    [TestMethod]
    public void Prune_RefusesWhatItCannotDo()
    {
        using var model = Fit(_ => { });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => s_ml.Model.Prune(model, new PruningOptions { ParameterNames = ["nothing"] })).Message, "head.weight");
        Assert.ThrowsExactly<ArgumentException>(() => s_ml.Model.Prune(model, new SparsityOptions()));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => s_ml.Model.Prune(model, new PruningOptions { Density = 0 })).Message, "Density is 0; allowed is above 0 to 1.");
        Assert.ThrowsExactly<ArgumentException>(() => s_ml.Model.Prune(new TransformerChain<ITransformer>()));
    }

    [TestMethod]
    [DataRow(SparsityMethod.RigL)]
    [DataRow(SparsityMethod.Snip)]
    [DataRow(SparsityMethod.SrSte)]
    public void SparseFitAndPruning_LeaveNoTensorOnceDisposed(SparsityMethod method) => LiveTensors.AssertNoneLeft(() =>
    {
        using var model = Fit(options => options.Training.Sparsity = method == SparsityMethod.SrSte
            ? new SparsityOptions { Method = method, Structure = SparsityStructure.Groups, Density = 0.5, Targets = SparsityTargets.Recurrent }
            : new SparsityOptions { Method = method });
        model.Model.MeasureSparsity();
        ((NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.5 })).Dispose();
    });

    [TestMethod]
    public void Base_IsLeftOut_AndRefusedWhereItIsRequested()
    {
        using var model = Fit(options => (options.Base, options.Training.Sparsity) = (null, new SparsityOptions()));
        Assert.IsNull(model.Model.Base);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options =>
                (options.Base, options.Training.Sparsity) = (SequenceBase.RandomConvolution, new SparsityOptions()))).Message,
            "Training.Sparsity");
    }

    [TestMethod]
    [DataRow(0.0, "Density is 0")]
    [DataRow(1.5, "Density is 1.5")]
    [DataRow(double.NaN, "Density is NaN")]
    public void DensityOutOfRange_IsRefused(double density, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(options =>
            options.Training.Sparsity = new SparsityOptions { Density = density })).Message, message);

    [TestMethod]
    public void OptionsThatExcludeEachOther_AreRefused()
    {
        Refused(new() { Method = SparsityMethod.SrSte, Structure = SparsityStructure.Groups, Density = 0.3 }, "0.3 of groups of GroupSize 4");
        Refused(new() { Method = SparsityMethod.RigL, Structure = SparsityStructure.Groups, Density = 0.5 }, "RigL changes it");
        Refused(new() { Method = SparsityMethod.SrSte }, "for Groups only");
        Refused(new() { Method = SparsityMethod.Set, Distribution = SparsityDistribution.Global }, "without scores to compare");
        Refused(new() { Method = SparsityMethod.Snip, Begin = 0.5 }, "Begin is set");
        Refused(new() { Method = SparsityMethod.Magnitude, End = 0.5 }, "End is set");
        Refused(new() { Method = SparsityMethod.StaticRandom, UpdateEvery = 5 }, "UpdateEvery is set");
        Refused(new() { Begin = 0.8 }, "Begin 0.8 is not below End 0.75");
        Refused(new() { ParameterNames = [] }, "ParameterNames is empty");

        static void Refused(SparsityOptions sparsity, string message) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Fit(options => options.Training.Sparsity = sparsity)).Message, message);
    }

    private static NetworkTransformer Fit(Action<RecurrentOptions> change)
    {
        var options = new RecurrentOptions { HiddenSize = Width, Layers = 1, EnsembleSize = 1, Base = SequenceBase.None };
        (options.Training.Epochs, options.Training.Seed) = (2, 1);
        change(options);
        return s_ml.Regression.Trainers.Recurrent(options).Fit(s_data);
    }

    private static SparsityReport Dense()
    {
        using var model = Fit(_ => { });
        return model.Model.MeasureSparsity();
    }

    private static float[] Recurrent(NetworkTransformer model) => model.Model.Network.named_parameters()
        .First(named => named.name.EndsWith("recurrentWeight", StringComparison.Ordinal)).parameter.data<float>().ToArray();

    private static float[] Scores(NetworkTransformer model) => [.. model.Transform(s_data).GetColumn<float>("Score")];

    private sealed class Row
    {
        [VectorType(12, 1)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
