using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

[TestClass]
public sealed class TransformerModelTests
{
    private DisposeScope _scope = null!;

    public static IEnumerable<object[]> Kinds => TinyTransformers.Configs.Keys.Select(kind => new object[] { kind });

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Run_GivesTheLogitsOfPlainLoops(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        using var logits = model.Run(new TokenBatch([TinyTransformers.Row]), HookKind.Logits);
        var expected = new HandTransformer(model).Logits(TinyTransformers.Row);
        Closeness.AssertClose(expected, Numbers(logits), Tolerance.Single, kind);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Run_InDoublePrecision_GivesTheLogitsOfPlainLoopsToRounding(string kind)
    {
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        using var logits = model.Run(new TokenBatch([TinyTransformers.Row]), HookKind.Logits);
        var expected = new HandTransformer(model).Logits(TinyTransformers.Row);
        var actual = logits.data<double>().ToArray();
        // The reference integrates the exact Gelu to 1e-12.
        Assert.IsLessThan(1e-10, expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Run_OfRowsOfUnequalLength_GivesEachRowsOwnLogits(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        int[][] rows = [[4, 2], TinyTransformers.Row, [9], [1, 1, 5, 8]];
        using var together = model.Run(new TokenBatch(rows), HookKind.Logits);
        using var last = model.Run(new TokenBatch(rows), HookKind.LastLogits);
        for (var row = 0; row < rows.Length; row++)
        {
            using var alone = model.Run(new TokenBatch([rows[row]]), HookKind.Logits);
            Closeness.AssertClose(Numbers(alone).Select(value => (double)value).ToArray(),
                Numbers(together[row].narrow(0, 0, rows[row].Length)), Tolerance.Single, $"row {row}");
            Closeness.AssertClose(
                Numbers(alone[0, -1]).Select(value => (double)value).ToArray(), Numbers(last[row]), Tolerance.Single, $"last of row {row}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Run_WhenEverythingIsRecorded_GivesTheSameLogitsAsTheFastPath(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        var batch = new TokenBatch([TinyTransformers.Row, [2, 3]]);
        using var fast = model.Run(batch, HookKind.Logits);
        using var cache = model.Run(batch, AllPoints(model.Config));
        var valid = new[] { cache[HookKind.Logits][0], cache[HookKind.Logits][1, ..2] };
        Closeness.AssertClose(Doubles(fast[0]), Numbers(valid[0]), Tolerance.Single, kind);
        Closeness.AssertClose(Doubles(fast[1, ..2]), Numbers(valid[1]), Tolerance.Single, kind);
        Assert.HasCount(AllPoints(model.Config).Length, cache.Points);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Run_HeadResultsAndBias_SumToTheAttentionOutput(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        var batch = new TokenBatch([TinyTransformers.Row]);
        using var cache = model.Run(batch, [new(HookKind.HeadResult, 1), new(HookKind.HeadOutput, 1)]);
        // Without results being asked for, one product makes the whole.
        using var whole = model.Run(batch, [new(HookKind.AttentionOutput, 1)]);
        using var bias = model.Weight("blocks.1.attn.b_O");
        Assert.AreEqual(4, cache[HookKind.HeadResult, 1].shape[2]);
        Closeness.AssertClose(
            Doubles(whole[HookKind.AttentionOutput, 1]), Numbers(cache[HookKind.HeadResult, 1].sum(2).Plus(bias)), Tolerance.Single, kind);
    }

    [TestMethod]
    public void Run_PatternRows_SumToOneAndSeeNoLaterTokenOrPadding()
    {
        using var causal = TinyTransformers.Create("gpt2");
        using var encoder = TinyTransformers.Create("encoder");
        var batch = new TokenBatch([[1, 2, 3], [4, 5]]);
        using var decoded = causal.Run(batch, [new(HookKind.Pattern, 0)]);
        using var encoded = encoder.Run(batch, [new(HookKind.Pattern, 0)]);
        Assert.AreEqual(0, decoded[HookKind.Pattern, 0].triu(1).abs().max().Item<float>());
        Assert.AreEqual(0, encoded[HookKind.Pattern, 0][1, .., .., 2].abs().max().Item<float>());
        foreach (var pattern in new[] { decoded[HookKind.Pattern, 0], encoded[HookKind.Pattern, 0] })
        {
            Assert.IsLessThan(1e-6f, pattern.sum(-1).Minus(1).abs().max().Item<float>());
        }
    }

    [TestMethod]
    public void Run_WithGradients_GivesThoseOfFiniteDifferences()
    {
        using var model = TinyTransformers.Create("llama", ScalarType.Float64);
        var batch = new TokenBatch([TinyTransformers.Row]);
        HookPoint[] points = [new(HookKind.HeadResult, 0), new(HookKind.QueryInput, 1), new(HookKind.KeyInput, 1),
            new(HookKind.ValueInput, 1), new(HookKind.MlpInput, 0)];
        using var cache = model.Run(batch, [.. points, new(HookKind.LastLogits)], gradients: true);
        var gradients = autograd.grad([cache[HookKind.LastLogits][0, 3]], [.. points.Select(point => cache[point])]);
        foreach (var (point, gradient) in points.Zip(gradients))
        {
            const double Step = 1e-5;
            double Logit(double step)
            {
                using var logits = model.Run(batch, HookKind.LastLogits, [Intervention.Edit(point, activation =>
                {
                    var moved = activation.contiguous().clone();
                    moved.view(-1)[17] = moved.view(-1)[17].Plus(step);
                    return moved;
                })]);
                return logits[0, 3].Item<double>();
            }
            Assert.AreEqual((Logit(Step) - Logit(-Step)) / (2 * Step), gradient.contiguous().view(-1)[17].Item<double>(), 1e-8, $"{point}");
        }
    }

    [TestMethod]
    public void Run_StopsAfterTheLastActivationAskedFor()
    {
        using var model = TinyTransformers.Create("gpt2");
        var reached = false;
        var later = Intervention.Edit(new HookPoint(HookKind.ResidualPre, 1), activation =>
        {
            reached = true;
            return activation;
        });
        using var cache = model.Run(new TokenBatch([[1]]), [new(HookKind.ResidualPost, 0)], [later]);
        Assert.IsFalse(reached);
    }

    [TestMethod]
    public void Run_LeavesNoTensorButTheCaches()
    {
        using var model = TinyTransformers.Create("gpt2");
        var batch = new TokenBatch([TinyTransformers.Row, [2, 3]]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.Run(batch, AllPoints(model.Config), gradients: true).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var failing = Intervention.Edit(new HookPoint(HookKind.ResidualPost, 1), _ => throw new InvalidOperationException());
        Assert.ThrowsExactly<InvalidOperationException>(() => model.Run(batch, AllPoints(model.Config), [failing]));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Run_OnManyThreads_GivesTheSame()
    {
        using var model = TinyTransformers.Create("llama");
        using var alone = model.Run(new TokenBatch([TinyTransformers.Row]), HookKind.Logits);
        var expected = Doubles(alone);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            using var logits = model.Run(new TokenBatch([TinyTransformers.Row, [i % 11]]), HookKind.Logits);
            Closeness.AssertClose(expected, Numbers(logits[0]), Tolerance.Single, $"run {i}");
        });
    }

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    [DataRow("encoder")]
    public void FoldNorm_KeepsTheFunction(string kind)
    {
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        if (model.Config.GatedMlp)
        {
            Assert.AreEqual(TransformerNorm.RmsNorm, model.Config.Norm);
        }
        using var folded = model.FoldNorm();
        using var logits = model.Run(new TokenBatch([TinyTransformers.Row]), HookKind.Logits);
        using var same = folded.Run(new TokenBatch([TinyTransformers.Row]), HookKind.Logits);
        Assert.IsFalse(folded.WeightNames.Any(name => name.Contains("ln", StringComparison.Ordinal)));
        Assert.IsLessThan(1e-12, (logits - same).abs().max().Item<double>());
    }

    [TestMethod]
    public void FoldNorm_WithoutWeights_SaysSo()
    {
        using var model = TinyTransformers.Create("attention only");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(model.FoldNorm).Message, "None");
    }

    [TestMethod]
    public void Run_OfBadTokens_NamesTheRow()
    {
        using var model = TinyTransformers.Create("gpt2");
        Check("Row 1 has the token 11 at 2; the model has tokens 0 to 10", () =>
            model.Run(new TokenBatch([[1], [1, 2, 11]]), HookKind.Logits));
        Check("Row 1 has 10 tokens; the model's context is 9", () => model.Run(new TokenBatch([[1], new int[10]]), HookKind.Logits));
        Check("Row 0 has the token -1 at 1", () => new TokenBatch([[1, -1]]));
        Check("Row 1 has no token", () => new TokenBatch([[1], []]));
        Check("no row", () => new TokenBatch([]));
    }

    [TestMethod]
    public void Run_OfActivationsThatAreNotThere_SaysSo()
    {
        using var model = TinyTransformers.Create("attention only");
        using var rotary = TinyTransformers.Create("llama");
        var batch = new TokenBatch([[1]]);
        Check("layers 0 to 1", () => model.Run(batch, [new(HookKind.Query, 2)]));
        Check("attention only", () => model.Run(batch, [new(HookKind.MlpPost, 0)]));
        Check("positions are Rotary", () => rotary.Run(batch, HookKind.PositionEmbedding));
        using var cache = model.Run(batch, []);
        StringAssert.Contains(
            Assert.ThrowsExactly<KeyNotFoundException>(() => cache[HookKind.Query, 0]).Message, "'blocks.0.attn.hook_q' was not recorded");
    }

    [TestMethod]
    public void Create_OfBadWeights_NamesEach()
    {
        using var model = TinyTransformers.Create("gpt2");
        var weights = model.WeightNames.ToDictionary(name => name, model.Weight);
        weights.Remove("blocks.0.attn.W_Q");
        weights.Remove("blocks.0.attn.b_Q");
        weights["extra"] = zeros(1);
        weights["embed.W_E"] = zeros(3, 2);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Create(model.Config, weights)).Message;
        StringAssert.Contains(message, "'blocks.0.attn.W_Q' is missing");
        StringAssert.Contains(message, "'extra' is unknown");
        StringAssert.Contains(message, "'embed.W_E' is [3, 2] and should be [11, 12]");
        Assert.DoesNotContain("b_Q", message);
    }

    [TestMethod]
    public void ModelDisposedWhileThreadsRunIt_EndsThemCleanly()
    {
        for (var round = 0; round < 5; round++)
        {
            var model = TinyTransformers.Create("gpt2");
            using var begun = new Barrier(4);
            var runs = Enumerable.Range(0, 3)
                .Select(_ => Task.Factory.StartNew(() => RunUntilDisposed(model, begun), TaskCreationOptions.LongRunning)).ToArray();
            begun.SignalAndWait();
            Thread.Sleep(10 * round);
            model.Dispose();
            Task.WaitAll(runs);
        }
    }

    private static void RunUntilDisposed(TransformerModel model, Barrier begun)
    {
        begun.SignalAndWait();
        var e = Assert.ThrowsExactly<ObjectDisposedException>(() =>
        {
            while (true)
            {
                using var logits = model.Run(new TokenBatch([[1, 2, 3]]), HookKind.Logits);
            }
        });
        StringAssert.Contains(e.Message, "The transformer was disposed");
    }

    [TestMethod]
    public void CreateRandom_OfBadConfig_SaysEverythingWrong()
    {
        var config = new TransformerConfig
        {
            Heads = 3,
            KeyValueHeads = 2,
            HeadWidth = 3,
            Positions = TransformerPositions.Rotary,
            GatedMlp = true,
            TiedEmbeddings = true,
            Outputs = 5,
            Layers = 0
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => TransformerModel.CreateRandom(config, 1)).Message;
        foreach (var part in new[] { "KeyValueHeads is 2", "HeadWidth is 3", "GatedMlp is true", "Outputs is 5", "Layers is 0" })
        {
            StringAssert.Contains(message, part);
        }
    }

    internal static HookPoint[] AllPoints(TransformerConfig config) =>
    [
        .. from kind in Enum.GetValues<HookKind>()
           where config.MlpWidth > 0
               || kind is not (HookKind.ResidualMid or HookKind.MlpInput or HookKind.MlpPre or HookKind.MlpPost or HookKind.MlpOutput)
           where kind != HookKind.PositionEmbedding || config.Positions is TransformerPositions.Learned or TransformerPositions.Shortformer
           from layer in Enumerable.Range(0, HookPoint.IsOfLayer(kind) ? config.Layers : 1)
           select new HookPoint(kind, layer),
    ];

    private static float[] Numbers(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static double[] Doubles(Tensor tensor) => [.. Numbers(tensor).Select(value => (double)value)];

    private static void Check(string part, Func<object> act) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(act).Message, part);
}
