namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Rows as they were read that have the same point, target and weight.</summary>
/// <param name="Point">The index of their point among the examples.</param>
/// <param name="Target">What each is to be: the index of its class where there are several outputs, else the one output.</param>
/// <param name="Weight">The weight of each; the mean over all rows is 1.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct LikeRows(int Point, double Target, double Weight, int Count)
{
    /// <summary>The weight of all of them.</summary>
    public double TotalWeight => Weight * Count;

    /// <summary>What an output of several, or the one, is to be.</summary>
    /// <param name="output">The output's index.</param>
    /// <param name="outputs">Their number.</param>
    public double TargetOf(int output, int outputs) => outputs == 1 ? Target : output == (int)Target ? 1 : 0;
}
