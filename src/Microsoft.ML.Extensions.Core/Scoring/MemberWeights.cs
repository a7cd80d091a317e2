using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The weights of one network of a model.</summary>
internal static class MemberWeights
{
    /// <summary>Copies them, and its buffers, to another network of the same options.</summary>
    /// <param name="model">The model's network, or its ensemble.</param>
    /// <param name="member">Which network of the ensemble, from 0.</param>
    /// <param name="target">The other network.</param>
    /// <exception cref="InvalidOperationException">The sizes differ, since the other network is for other columns.</exception>
    public static int Copy(Network model, int member, Network target)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var source = (model is Ensemble ensemble ? ensemble.Networks.ElementAt(member).Network : model).state_dict();
        foreach (var (name, value) in target.state_dict())
        {
            if (!source.TryGetValue(name, out var from) || !from.shape.SequenceEqual(value.shape))
            {
                throw new InvalidOperationException(
                    $"The network for this data has '{name}' of [{string.Join(", ", value.shape)}], and the model's {(from is null ? "has none" : $"is of [{string.Join(", ", from.shape)}]")}. Use data with the columns and the labels that the model was trained on.");
            }
            value.copy_(from);
        }
        return 0;
    }
}
