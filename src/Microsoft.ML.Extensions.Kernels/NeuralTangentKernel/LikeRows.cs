namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Original rows with the same point, target and weight.</summary>
/// <param name="Point">The index of their point among the examples.</param>
/// <param name="Target">The target: the index of the class where there are several outputs, otherwise the value of the one output.</param>
/// <param name="Weight">The weight of each; the mean over all rows is 1.</param>
/// <param name="Count">The number of rows.</param>
internal readonly record struct LikeRows(int Point, double Target, double Weight, int Count)
{
    /// <summary>The weight of all of them.</summary>
    public double TotalWeight => Weight * Count;

    /// <summary>The target of an output.</summary>
    /// <param name="output">The output's index.</param>
    /// <param name="outputs">Their number.</param>
    public double TargetOf(int output, int outputs) => outputs == 1 ? Target : output == (int)Target ? 1 : 0;
}
