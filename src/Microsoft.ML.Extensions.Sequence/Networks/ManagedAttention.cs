using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An <see cref="AttentionLayer"/> as C# kernels: the steps of rows without padding, <c>[S, D]</c>, to steps of the same shape.</summary>
internal abstract unsafe class ManagedAttention
{
    /// <inheritdoc cref="ManagedBlock.StepWork"/>
    public abstract long StepWork { get; }

    /// <summary>Computes attention and adds it to the steps.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="input">What attends, <c>[S, D]</c>.</param>
    /// <param name="residual">What the result is added to, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the sum, <c>[S, D]</c>; neither of the others.</param>
    /// <param name="scratch">The thread's memory.</param>
    public abstract void Run(in RaggedRows rows, float* input, float* residual, float* output, Scratch scratch);

    /// <summary>
    /// As <see cref="Run"/>, for further steps of one row that continue from a state; a step attends to itself and to earlier ones.
    /// </summary>
    /// <param name="rows">The further steps, one row.</param>
    /// <param name="input">What attends, <c>[S, D]</c>.</param>
    /// <param name="residual">What the result is added to, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the sum, <c>[S, D]</c>; neither of the others.</param>
    /// <param name="state">The state after the steps before.</param>
    /// <param name="scratch">The stream's memory.</param>
    public abstract void Advance(
        in RaggedRows rows, float* input, float* residual, float* output, ManagedStreamState state, Scratch scratch);
}
