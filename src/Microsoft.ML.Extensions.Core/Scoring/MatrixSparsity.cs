namespace Microsoft.ML.Extensions;

/// <summary>How sparse one weight matrix is.</summary>
/// <param name="Name">The parameter's name, as in <see cref="NetworkModel.ParameterShapes"/>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Count">Its number of weights.</param>
/// <param name="NonZeroCount">The number of weights that are not 0.</param>
public sealed record MatrixSparsity(string Name, IReadOnlyList<long> Shape, long Count, long NonZeroCount)
{
    /// <summary>The part of the weights that is not 0.</summary>
    public double Density => (double)NonZeroCount / Count;
}
