using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>What a recurrence gives.</summary>
/// <param name="Hidden">h_t, [B, T, H], zero in the padding.</param>
/// <param name="Last">The state after each row's last step, [S, B, H]: the next piece's s_0; null where not asked for.</param>
internal readonly record struct RecurrentOutputs(torch.Tensor Hidden, torch.Tensor? Last)
{
    /// <summary>Lets them outlive the scope they are in.</summary>
    public RecurrentOutputs MoveToOuterDisposeScope()
    {
        Hidden.MoveToOuterDisposeScope();
        Last?.MoveToOuterDisposeScope();
        return this;
    }
}
