using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A state matrix A that all features share, learned or not.</summary>
internal abstract class StateMatrixLayer(string name) : nn.Module(name)
{
    public static StateMatrixLayer Create(LsslOptions options, Generator generator) => options.StateMatrix == StateMatrix.Random
        ? new DenseMatrixLayer(options, generator)
        : new StructuredMatrixLayer(options);

    /// <summary>A, <c>[N, N]</c>.</summary>
    public abstract Tensor Dense();
}
