using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Outputs for rows of some data.</summary>
/// <param name="rows">All rows of the data.</param>
/// <param name="outputs">K.</param>
internal sealed class RowOutputs(long rows, int outputs)
{
    private readonly float[] _values = new float[SizeLimits.Product("The outputs for all rows", rows, outputs)];

    /// <summary>Takes those of a row, <c>[K]</c>.</summary>
    /// <param name="row">Its number in the data.</param>
    /// <param name="values">The outputs.</param>
    public void Set(long row, ReadOnlySpan<float> values) => values.CopyTo(_values.AsSpan((int)(row * outputs), outputs));

    /// <summary>Takes those of some rows of a block, <c>[B, K]</c>.</summary>
    /// <param name="first">The number of the block's first row.</param>
    /// <param name="places">Their places in the block.</param>
    /// <param name="values">The outputs.</param>
    public void Set(long first, ArraySegment<int> places, Tensor values)
    {
        var numbers = values.cpu().data<float>().ToArray();
        for (var index = 0; index < places.Count; index++)
        {
            Set(first + places[index], numbers.AsSpan(index * outputs, outputs));
        }
    }

    /// <summary>Those of some rows of a block, <c>[B, K]</c>.</summary>
    /// <param name="first">The number of the block's first row.</param>
    /// <param name="places">Their places in the block.</param>
    public Tensor Of(long first, ArraySegment<int> places)
    {
        var values = new float[places.Count * outputs];
        for (var index = 0; index < places.Count; index++)
        {
            _values.AsSpan((int)((first + places[index]) * outputs), outputs).CopyTo(values.AsSpan(index * outputs));
        }
        return tensor(values, [places.Count, outputs]);
    }
}
