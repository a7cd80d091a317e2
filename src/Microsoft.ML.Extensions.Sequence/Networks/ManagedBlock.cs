using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A <see cref="SequenceBlock"/> as C# kernels: the steps of rows without padding, <c>[S, D]</c>, to steps of the same shape.</summary>
internal abstract unsafe class ManagedBlock
{
    /// <summary>About how many multiplications a step takes.</summary>
    public abstract long StepWork { get; }

    /// <summary>Computes the block.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="input">Their steps, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the steps, <c>[S, D]</c>; not the input.</param>
    /// <param name="scratch">The thread's memory.</param>
    public abstract void Run(in RaggedRows rows, float* input, float* output, Scratch scratch);

    /// <summary>Whether it can be computed step by step.</summary>
    public abstract bool Streams { get; }

    /// <summary>As <see cref="Run"/>, for further steps of one row that continue from a state.</summary>
    /// <param name="rows">The further steps, one row.</param>
    /// <param name="input">The steps, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the steps, <c>[S, D]</c>; not the input.</param>
    /// <param name="state">The state after the steps before.</param>
    /// <param name="scratch">The stream's memory.</param>
    public abstract void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, Scratch scratch);
}

/// <summary>A <see cref="ScanLayer"/> as C# kernels: <c>[S, D]</c> to <c>[S, H]</c>.</summary>
internal abstract unsafe class ManagedScan
{
    /// <summary>H.</summary>
    public abstract int OutputSize { get; }

    /// <inheritdoc cref="ManagedBlock.StepWork"/>
    public abstract long StepWork { get; }

    /// <summary>Computes the recurrence.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="input">Their steps, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the states, <c>[S, H]</c>; not the input.</param>
    /// <param name="scratch">The thread's memory.</param>
    public abstract void Run(in RaggedRows rows, float* input, float* output, Scratch scratch);

    /// <summary>As <see cref="Run"/>, for further steps of one row that continue from a name in a state.</summary>
    /// <param name="rows">The further steps, one row.</param>
    /// <param name="input">The steps, <c>[S, D]</c>.</param>
    /// <param name="output">Receives the states, <c>[S, H]</c>; not the input.</param>
    /// <param name="state">The block's state after the steps before.</param>
    /// <param name="name">The name.</param>
    /// <param name="scratch">The stream's memory.</param>
    public abstract void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, string name, Scratch scratch);
}
