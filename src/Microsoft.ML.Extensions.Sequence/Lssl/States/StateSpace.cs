using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// H linear state-space systems side by side, <c>x' = A x + B u</c>, <c>y = C x</c>, each with its own time step, by the generalised
/// bilinear transform: a length L to their kernels <c>K_l = C Abar^l Bbar</c>, <c>[H, M, L]</c>.
/// </summary>
internal abstract class StateSpace(string name) : nn.Module<long, Tensor>(name)
{
    /// <summary>The prefix of the names of A's parameters.</summary>
    public const string MatrixPrefix = "matrix";

    /// <summary>The name of the logarithms of the time steps, <c>[H]</c>.</summary>
    public const string TimescaleName = "logTimescale";

    public static StateSpace Create(LsslOptions options, Generator generator) => options.StateMatrix.IsDiagonal()
        ? new DiagonalStateSpace(options, generator)
        : new KrylovStateSpace(options, generator);

    /// <summary>The discrete system, for computing step by step.</summary>
    /// <param name="state">The node that holds it.</param>
    public abstract SteppedStateSpace Stepped(StreamState state);

    /// <summary>The outputs <c>[N, T, H, M]</c> for inputs <c>[N, T, H]</c> in ONNX, step by step, as <see cref="Stepped"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">u.</param>
    /// <param name="reverse">Whether time goes backwards.</param>
    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue inputs, bool reverse);

    /// <summary>Random logarithms of time steps, uniform between those of the bounds.</summary>
    protected static Tensor DrawLogTimescales(LsslOptions options, Generator generator)
    {
        NetworkMemory.Ask(options.HiddenSize);
        var (low, high) = (Math.Log(options.MinTimescale), Math.Log(options.MaxTimescale));
        return TorchMemory.Uniform([options.HiddenSize], generator).Scaled(high - low).Plus(low);
    }
}
