using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The losses of image-text matching, from the cosines of all images and sentences of a batch.</summary>
internal static class ImageTextLosses
{
    // What a pair may not be compared with has this score: no loss below has a gradient there.
    private static readonly Scalar s_none = float.NegativeInfinity;

    /// <summary>The loss of each pair, <c>[B]</c>.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="cosines">Image i and sentence j, <c>[B, B]</c>; true pairs are on the diagonal.</param>
    /// <param name="same">1 where two pairs have the same image or the same sentence, <c>[B, B]</c>; the diagonal included.</param>
    /// <param name="scale">The learned factor of cosines; not used by the hinge.</param>
    /// <param name="offset">The learned summand of SigLIP; null for others.</param>
    /// <param name="generator">Draws uniform negatives; null compares with all.</param>
    public static Tensor Of(ImageTextGoal goal, Tensor cosines, Tensor same, Tensor scale, Tensor? offset, Generator? generator)
    {
        var logits = goal.Objective == ImageTextObjective.Hinge ? cosines : cosines * scale;
        logits = offset is null ? logits : logits.Plus(offset);
        var right = logits.diagonal();
        var losses = new List<Tensor>();
        if (goal.Replace != ReplacedPart.Image)
        {
            losses.Add(OneWay(goal, right, Chosen(goal, logits, same, right, generator)));
        }
        if (goal.Replace != ReplacedPart.Sentence)
        {
            losses.Add(OneWay(goal, right, Chosen(goal, logits.transpose(0, 1), same, right, generator)));
        }
        var sum = losses.Count == 1 ? losses[0] : losses[0].Plus(losses[1]);
        return goal.Objective == ImageTextObjective.Hinge ? sum : sum.Scaled(1.0 / losses.Count);
    }

    // Rows are anchors; what is left of their scores are those of their negatives.
    private static Tensor OneWay(ImageTextGoal goal, Tensor right, Tensor negatives) => goal.Objective switch
    {
        ImageTextObjective.Hinge => negatives.Minus(right.unsqueeze(1)).Plus(goal.Margin).clamp_min(Numbers.Zero).sum(1),
        ImageTextObjective.InfoNce => cat([right.unsqueeze(1), negatives], 1).logsumexp(1).Minus(right),
        _ => Softplus(right.neg()).Plus(Softplus(negatives).sum(1)),
    };

    private static Tensor Softplus(Tensor values) => nn.functional.logsigmoid(values.neg()).neg();

    private static Tensor Chosen(ImageTextGoal goal, Tensor logits, Tensor same, Tensor right, Generator? generator)
    {
        var others = logits.masked_fill(same.gt(Numbers.Zero), s_none);
        using var scores = others.detach();
        return goal.Negatives switch
        {
            ImageTextNegatives.Uniform when generator is not null =>
                others.masked_fill(Most(Keys(scores, generator), goal.Count).logical_not(), s_none),
            ImageTextNegatives.Hardest => others.masked_fill(Most(scores, 1).logical_not(), s_none),
            ImageTextNegatives.SemiHard => others.masked_fill(Most(SemiHard(scores, right.detach()), 1).logical_not(), s_none),
            _ => others,
        };
    }

    private static Tensor Keys(Tensor scores, Generator generator) =>
        TorchMemory.Uniform(scores.shape, generator, scores.dtype, scores.device).masked_fill(scores.isneginf(), s_none);

    // Those above the true partner follow those below it, the lowest first.
    private static Tensor SemiHard(Tensor scores, Tensor right)
    {
        var least = where(scores.isneginf(), zeros_like(scores), scores).min();
        var turned = least.Scaled(2).Minus(scores).Minus(Numbers.One);
        return where(scores.lt(right.unsqueeze(1)), scores, turned).masked_fill(scores.isneginf(), s_none);
    }

    // True at the largest values of each row. What is minus infinity stays so whether or not it is chosen.
    private static Tensor Most(Tensor values, int count)
    {
        var (_, places) = values.topk((int)Math.Min(count, values.shape[1]), 1);
        return zeros(values.shape, ScalarType.Bool, values.device).scatter(1, places, ones(places.shape, ScalarType.Bool, values.device));
    }
}
