using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The losses of queries, <c>[B]</c>, from scores and labels <c>[B, n]</c>; documents outside a mask <c>[B, n]</c> are ignored.
/// </summary>
internal static class RankingLosses
{
    // The weight of NDCG-Loss2 relative to LambdaRank in NDCG-Loss2++.
    private const double LambdaMix = 10;

    private static readonly Scalar s_far = -1e30;

    public static Tensor CrossEntropy(Tensor scores, Tensor labels, Tensor mask)
    {
        var targets = labels.clamp(Numbers.Zero, Numbers.One);
        // -y log p - (1 - y) log(1 - p) of p = sigmoid(s).
        return Mean(nn.functional.logsigmoid(scores.neg()).neg().Minus(targets * scores), mask, [1]);
    }

    public static Tensor SquaredError(Tensor scores, Tensor labels, Tensor mask) => Mean(scores.Minus(labels).Squared(), mask, [1]);

    public static Tensor Hinge(Tensor scores, Tensor labels, Tensor mask, double margin) =>
        Mean(Differences(scores).neg().Plus(margin).relu(), Pairs(labels, mask), [1, 2]);

    public static Tensor PairwiseCrossEntropy(Tensor scores, Tensor labels, Tensor mask) =>
        Mean(nn.functional.logsigmoid(Differences(scores)).neg(), Pairs(labels, mask), [1, 2]);

    public static Tensor MarginSquaredError(Tensor scores, Tensor labels, Tensor mask, Tensor teacher) =>
        Mean(Differences(scores).Minus(Differences(teacher)).Squared(), Pairs(labels, mask), [1, 2]);

    public static Tensor ListNet(Tensor scores, Tensor labels, Tensor mask)
    {
        var targets = Hidden(labels, mask).softmax(1);
        return (targets * LogSoftmax(scores, mask)).sum(1).neg();
    }

    public static Tensor Softmax(Tensor scores, Tensor labels, Tensor mask, double temperature)
    {
        var targets = labels.clamp_min(Numbers.Zero) * mask;
        var total = targets.sum(1, keepdim: true);
        var shares = targets / where(total.gt(Numbers.Zero), total, ones_like(total));
        return (shares * LogSoftmax(scores.Scaled(1 / temperature), mask)).sum(1).neg();
    }

    /// <summary>
    /// The cross-entropy of <c>softmax(s / temperature)</c> against that of a teacher's scores, times the square of the temperature (Hinton
    /// et al. 2015, arXiv 1503.02531, section 2, over the documents of a query in place of classes).
    /// </summary>
    public static Tensor Distilled(Tensor scores, Tensor teacher, Tensor mask, double temperature)
    {
        var targets = Hidden(teacher.Scaled(1 / temperature), mask).softmax(1);
        return (targets * LogSoftmax(scores.Scaled(1 / temperature), mask)).sum(1).Scaled(-temperature * temperature);
    }

    public static Tensor ListMle(Tensor scores, Tensor labels, Tensor mask)
    {
        var before = Above(labels).logical_or(Equal(labels).logical_and(Before(scores)));
        // Row j has the documents at rank j and later.
        var rest = before.transpose(1, 2).logical_not().logical_and(mask.gt(Numbers.Zero).unsqueeze(1));
        var likelihoods = where(rest, scores.unsqueeze(1), FarBelow(scores)).logsumexp(2);
        return (likelihoods.Minus(scores) * mask).sum(1);
    }

    public static Tensor LambdaLoss(Tensor scores, Tensor labels, Tensor mask)
    {
        Tensor weights;
        using (no_grad())
        {
            var gains = labels.exp2().Minus(Numbers.One) * mask;
            var best = (gains / Discounts(Places(labels, mask))).sum(1, keepdim: true);
            gains = gains / where(best.gt(Numbers.Zero), best, ones_like(best));
            var places = Places(scores.detach(), mask);
            var distances = Differences(places).abs().clamp_min(Numbers.One);
            var near = Discounts(distances).reciprocal().Minus(Discounts(distances.Plus(Numbers.One)).reciprocal()).abs();
            var ranks = Differences(Discounts(places).reciprocal()).abs();
            weights = near.Scaled(LambdaMix).Plus(ranks) * Differences(gains).abs() * Pairs(labels, mask);
        }
        return (nn.functional.logsigmoid(Differences(scores)).neg().Scaled(1 / Math.Log(2)) * weights).sum([1, 2]);
    }

    // The rank of each document, from 1, by descending values; documents outside the mask come last.
    private static Tensor Places(Tensor values, Tensor mask) =>
        Before(Hidden(values, mask)).to_type(ScalarType.Float32).sum(1).Plus(Numbers.One);

    private static Tensor Discounts(Tensor places) => places.Plus(Numbers.One).log2();

    // True at [j, k] where j precedes k by descending values; the first of equal values comes first.
    private static Tensor Before(Tensor values)
    {
        var index = Numbers.Range(values.shape[1], ScalarType.Int64, values.device);
        var earlier = index.unsqueeze(1).lt(index.unsqueeze(0)).unsqueeze(0);
        return Above(values).logical_or(Equal(values).logical_and(earlier));
    }

    private static Tensor Above(Tensor values) => values.unsqueeze(2).gt(values.unsqueeze(1));

    private static Tensor Equal(Tensor values) => values.unsqueeze(2).eq(values.unsqueeze(1));

    // The differences of the values of documents j and k, at [j, k].
    private static Tensor Differences(Tensor values) => values.unsqueeze(2).Minus(values.unsqueeze(1));

    private static Tensor Pairs(Tensor labels, Tensor mask) =>
        Above(labels).to_type(ScalarType.Float32) * mask.unsqueeze(2) * mask.unsqueeze(1);

    private static Tensor LogSoftmax(Tensor scores, Tensor mask) => Hidden(scores, mask).log_softmax(1) * mask;

    private static Tensor Hidden(Tensor values, Tensor mask) => where(mask.gt(Numbers.Zero), values, FarBelow(values));

    // Finite, since minus infinity times a mask of 0 is NaN.
    private static Tensor FarBelow(Tensor like) => full([1], s_far, like.dtype, like.device);

    private static Tensor Mean(Tensor values, Tensor counts, long[] dimensions) =>
        (values * counts).sum(dimensions) / counts.sum(dimensions).clamp_min(Numbers.One);
}
