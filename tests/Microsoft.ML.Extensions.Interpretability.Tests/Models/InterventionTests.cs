using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

[TestClass]
public sealed class InterventionTests
{
    private static readonly HookPoint Results = new(HookKind.HeadResult, 1);
    private static readonly int[][] Rows = [[3, 0, 10, 7], [2, 9, 1, 1], [8, 4, 4, 6]];

    private DisposeScope _scope = null!;
    private TransformerModel _model = null!;

    [TestInitialize]
    public void Open()
    {
        _scope = NewDisposeScope();
        _model = TinyTransformers.Create("llama", ScalarType.Float64);
    }

    [TestCleanup]
    public void Close()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [TestMethod]
    public void Zero_OfHeadsAtPositions_IsPlainLoopsWithoutThem()
    {
        var expected = new HandTransformer(_model).Logits(Rows[0], (layer, t, head, result) =>
        {
            if (layer == 1 && head is (0 or 3) && t is (1 or 3))
            {
                Array.Clear(result);
            }
        });
        AssertLogits(expected, Rows[..1], Intervention.Zero(Results, heads: [0, 3], positions: [1, -1]));
    }

    [TestMethod]
    public void Zero_OfAll_IsPlainLoopsWithoutAttention()
    {
        var expected = new HandTransformer(_model)
            .Logits(Rows[0], (layer, _, _, result) => Array.Clear(result, 0, layer == 1 ? result.Length : 0));
        AssertLogits(expected, Rows[..1], Intervention.Zero(Results));
    }

    [TestMethod]
    public void Mean_OverAllPositions_IsPlainLoopsWithTheAverage()
    {
        var mean = Recorded().SelectMany(row => row).Aggregate(Sum).Select(value => value / 12).ToArray();
        using var means = _model.MeanActivations(Rows, [Results]);
        var expected = new HandTransformer(_model).Logits(Rows[0], (layer, t, head, result) => Replace(layer, head, mean, result));
        AssertLogits(expected, Rows[..1], Intervention.Mean(Results, means, heads: [2]));
    }

    [TestMethod]
    public void Mean_PerPosition_IsPlainLoopsWithThatPositionsAverage()
    {
        var recorded = Recorded();
        using var means = _model.MeanActivations(Rows, [Results], perPosition: true);
        var expected = new HandTransformer(_model).Logits(Rows[0], (layer, t, head, result) =>
            Replace(layer, head, [.. recorded.Select(row => row[t]).Aggregate(Sum).Select(value => value / 3)], result));
        AssertLogits(expected, Rows[..1], Intervention.Mean(Results, means, heads: [2]));
    }

    [TestMethod]
    public void MeanActivations_OfRowsOfUnequalLength_LeavePaddingOut()
    {
        int[][] rows = [[3, 0, 10], [5], .. Enumerable.Repeat<int[]>([1, 2], 40)];
        var point = new HookPoint(HookKind.Embedding);
        using var embedding = _model.Weight("embed.W_E");
        using var all = _model.MeanActivations(rows, [point]);
        using var each = _model.MeanActivations(rows, [point], perPosition: true);
        var total = embedding[3].Plus(embedding[0]).Plus(embedding[10]).Plus(embedding[5])
            .Plus((embedding[1].Plus(embedding[2])).Scaled(40));
        Assert.IsLessThan(1e-12, (all[point][0, 0] - total.Over(84)).abs().max().Item<double>());
        Assert.IsLessThan(1e-12, (each[point][0, 1] - ((embedding[0].Plus(embedding[2].Scaled(40))).Over(41))).abs().max().Item<double>());
        Assert.IsLessThan(1e-12, (each[point][0, 2] - embedding[10]).abs().max().Item<double>());
    }

    [TestMethod]
    public void Resample_FromAnotherRow_IsPlainLoopsWithItsValues()
    {
        var recorded = Recorded();
        using var donors = _model.Run(new TokenBatch(Rows), [Results]);
        var expected = new HandTransformer(_model)
            .Logits(Rows[0], (layer, t, head, result) => Replace(layer, head, recorded[2][t], result));
        AssertLogits(expected, Rows[..1], Intervention.Resample(Results, donors, rows: [2], heads: [2]));
    }

    [TestMethod]
    public void Resample_OfEverythingFromTheSameRows_ChangesNothing()
    {
        var batch = new TokenBatch(Rows);
        HookPoint[] points = [Results, new(HookKind.Pattern, 0), new(HookKind.AttentionScores, 1), new(HookKind.MlpPost, 0),
            new(HookKind.QueryInput, 1)];
        using var donors = _model.Run(batch, points);
        using var logits = _model.Run(batch, HookKind.Logits);
        using var same = _model.Run(batch, HookKind.Logits, points.Select(point => Intervention.Resample(point, donors)));
        Assert.IsLessThan(1e-12, (logits - same).abs().max().Item<double>());
    }

    [TestMethod]
    public void Zero_OfScores_KeepsLaterTokensUnseen()
    {
        using var cache = _model.Run(
            new TokenBatch(Rows), [new(HookKind.Pattern, 0)], [Intervention.Zero(new(HookKind.AttentionScores, 0))]);
        Assert.AreEqual(0.5, cache[HookKind.Pattern, 0][0, 0, 1, 0].Item<double>(), 1e-12);
        Assert.AreEqual(0.0, cache[HookKind.Pattern, 0][0, 0, 1, 2].Item<double>());
    }

    [TestMethod]
    public void Edit_SeesWhatWasRecordedSoFar()
    {
        var point = new HookPoint(HookKind.ResidualPost, 0);
        var back = Intervention.Edit(new(HookKind.ResidualPre, 1), (_, run) => run[HookKind.Embedding].clone());
        using var cache = _model.Run(new TokenBatch(Rows), [new(HookKind.Embedding), point, new(HookKind.ResidualPre, 1)], [back]);
        Assert.IsTrue(cache[HookKind.Embedding].equal(cache[HookKind.ResidualPre, 1]).all().Item<bool>());
        Assert.IsFalse(cache[point].equal(cache[HookKind.ResidualPre, 1]).all().Item<bool>());
    }

    [TestMethod]
    public void Interventions_ThatDoNotFit_SayWhy()
    {
        var batch = new TokenBatch(Rows);
        using var donors = _model.Run(new TokenBatch([[1, 2]]), [Results]);
        using var means = _model.MeanActivations([[1, 2]], [Results], perPosition: true);
        Check("has none", () => Intervention.Zero(new(HookKind.MlpPost, 0), heads: [1]));
        Check("has none", () => Intervention.Zero(new(HookKind.LastLogits), positions: [1]));
        Check("heads 0 to 3", () => Run(Intervention.Zero(Results, heads: [4])));
        Check("row 0 has 4 tokens", () => Run(Intervention.Zero(Results, positions: [-5])));
        Check("1 rows and the run has 3", () => Run(Intervention.Resample(Results, donors)));
        Check("no shorter", () => Run(Intervention.Resample(Results, donors, rows: [0, 0, 0])));
        Check("rows 0 to 0", () => Run(Intervention.Resample(Results, donors, rows: [1, 0, 0])));
        Check("means of 2 positions", () => Run(Intervention.Mean(Results, means)));
        Check("keep the shape", () => Run(Intervention.Edit(Results, activation => activation[0])));
        Check("no mean over positions", () => _model.MeanActivations(Rows, [new(HookKind.Pattern, 0)]));
        Check("no row", () => _model.MeanActivations([], [Results]));

        object Run(Intervention intervention) => _model.Run(batch, HookKind.Logits, [intervention]);
    }

    private static void Check(string part, Func<object> act) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(act).Message, part);

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static void Replace(int layer, int head, double[] value, double[] result)
    {
        if (layer == 1 && head == 2)
        {
            value.CopyTo(result, 0);
        }
    }

    // What head 2 of layer 1 adds in each row at each position.
    private double[][][] Recorded() =>
    [
        .. Rows.Select(row =>
        {
            var values = new double[row.Length][];
            new HandTransformer(_model)
                .Logits(row, (layer, t, head, result) => values[t] = layer == 1 && head == 2 ? [.. result] : values[t]);
            return values;
        }),
    ];

    private void AssertLogits(double[] expected, int[][] rows, Intervention intervention)
    {
        using var logits = _model.Run(new TokenBatch(rows), HookKind.Logits, [intervention]);
        var actual = logits.contiguous().data<double>().ToArray();
        Assert.IsLessThan(1e-10, expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max());
    }
}
