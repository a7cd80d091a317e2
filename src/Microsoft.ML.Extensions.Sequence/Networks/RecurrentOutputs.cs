using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The outputs of a recurrence.</summary>
/// <param name="Hidden">h_t, [B, T, H], zero in the padding.</param>
/// <param name="Last">The state after each row's last step, [S, B, H]: s_0 of the next piece; null where not requested.</param>
internal readonly record struct RecurrentOutputs(torch.Tensor Hidden, torch.Tensor? Last)
{
    /// <summary>Moves them to the outer dispose scope.</summary>
    public RecurrentOutputs MoveToOuterDisposeScope()
    {
        Hidden.MoveToOuterDisposeScope();
        Last?.MoveToOuterDisposeScope();
        return this;
    }
}
