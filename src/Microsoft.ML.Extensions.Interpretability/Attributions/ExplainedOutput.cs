using System.Globalization;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The one number of a row's outputs that is explained: the log-odds of a class, or the predicted number.</summary>
/// <param name="head">The task.</param>
/// <param name="fixedClass">The class, from 0; null for the one that is predicted. Of a binary model 1 is true.</param>
internal sealed class ExplainedOutput(TaskHead head, int? fixedClass)
{
    // The logarithm of the least probability of single precision.
    private const double LeastProbability = 1e-38;

    /// <exception cref="ArgumentException">The model has no such class.</exception>
    public static ExplainedOutput Of(TaskHead head, string? name) => new(head, name is null ? null : Index(head, name));

    /// <summary>The class of a row that is explained; 0 for numbers.</summary>
    /// <param name="scores">The activated outputs of the row.</param>
    public int ClassOf(ReadOnlySpan<float> scores)
    {
        if (fixedClass is { } given)
        {
            return given;
        }
        if (head.Task is BinaryTask)
        {
            return scores[0] > 0 ? 1 : 0;
        }
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    /// <summary>The number.</summary>
    /// <param name="scores">The activated outputs: probabilities of classes, the log-odds of true, or the number.</param>
    /// <param name="own">The class.</param>
    public double Of(ReadOnlySpan<float> scores, int own)
    {
        if (head.Task is not MulticlassTask)
        {
            return head.Task is BinaryTask && own == 0 ? -scores[0] : scores[0];
        }
        // Not 1 less the probability, which has no digits where that is near 1.
        var others = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            others += i == own ? 0 : scores[i];
        }
        return Math.Log(Math.Max(scores[own], LeastProbability)) - Math.Log(Math.Max(others, LeastProbability));
    }

    /// <summary>The numbers <c>[B]</c>, with their gradients.</summary>
    /// <param name="outputs">The outputs of the network, <c>[B, Outputs]</c>.</param>
    /// <param name="own">The class.</param>
    public Tensor Of(Tensor outputs, int own)
    {
        if (head.Task is not MulticlassTask)
        {
            var number = head.Activate(outputs).select(1, 0);
            return head.Task is BinaryTask && own == 0 ? number.neg() : number;
        }
        var others = cat([outputs.narrow(1, 0, own), outputs.narrow(1, own + 1, outputs.shape[1] - own - 1)], 1);
        return outputs.select(1, own).Minus(others.logsumexp(1));
    }

    private static int Index(TaskHead head, string name)
    {
        string[] names = head.Task switch
        {
            MulticlassTask => ClassNames.Of(head),
            BinaryTask => ["False", "True"],
            _ => [],
        };
        var found = Array.IndexOf(names, name);
        return found >= 0 ? found : throw new ArgumentException(names.Length == 0
            ? $"Class is '{name}', and the model predicts a number and no class; leave it null."
            : string.Create(CultureInfo.InvariantCulture,
                $"Class is '{name}', which is none of the model's {names.Length}: {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", ..." : "")}."));
    }
}
