using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// A trained network as C# kernels: it scores on the CPU without libtorch. The TorchSharp network of the same options is its reference.
/// </summary>
/// <remarks>
/// Immutable, so any number of threads may score at once, each with its own <see cref="Scratch"/>. A row's outputs are the same bits beside any
/// other rows, with any number of threads and any width of lanes.
/// </remarks>
internal abstract class ManagedNetwork
{
    /// <summary>The range of values that can be scored; null for all finite numbers.</summary>
    public abstract InputRange? Range { get; }

    /// <summary>C, the numbers of a step; 1 for tokens.</summary>
    public abstract int Channels { get; }

    /// <summary>The outputs of a row.</summary>
    public abstract int Outputs { get; }

    /// <summary>About how many multiplications a step of a row takes.</summary>
    public abstract long StepWork { get; }

    /// <summary>About how many steps are computed together, so that they share what is read of the weights and what they leave stays in the cache.</summary>
    public virtual int StepsAtOnce => 128;

    /// <summary>Computes the outputs of rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="outputs">Receives them, <c>[B, K]</c>.</param>
    /// <param name="scratch">The thread's memory.</param>
    public abstract unsafe void Run(in RaggedRows rows, float* outputs, Scratch scratch);

    /// <summary>Whether it can be computed step by step.</summary>
    public virtual bool Streams => false;

    /// <summary>Computes the outputs after further steps, equal to those of <see cref="Run"/> for all steps so far.</summary>
    /// <param name="rows">The further steps, one row.</param>
    /// <param name="outputs">Receives the outputs, <c>[K]</c>.</param>
    /// <param name="state">The state after the steps before.</param>
    /// <param name="scratch">The stream's memory.</param>
    /// <exception cref="NotSupportedException">It does not stream.</exception>
    public virtual unsafe void Advance(in RaggedRows rows, float* outputs, ManagedStreamState state, Scratch scratch) =>
        throw new NotSupportedException("The network cannot go step by step.");
}
