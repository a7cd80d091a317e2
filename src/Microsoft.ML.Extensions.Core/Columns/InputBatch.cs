using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Rows of unequal length as one tensor, padded on the right.</summary>
/// <param name="Values">
/// Numbers <c>[B, T, C]</c> (Single) or tokens <c>[B, T]</c> (Int64; 0 is the unknown token). Zero after each row's end.
/// </param>
/// <param name="Lengths">The valid steps of each row, 1 to T.</param>
internal sealed record InputBatch(Tensor Values, int[] Lengths)
{
    private Tensor? _mask;

    public int Rows => Lengths.Length;

    public long Steps => Values.shape[1];

    /// <summary>True if no row has padding.</summary>
    public bool IsFull => !Lengths.AsSpan().ContainsAnyExcept((int)Steps);

    /// <summary>1 at valid steps and 0 at padding, <c>[B, T, 1]</c>. It belongs to the dispose scope in which it is first read.</summary>
    public Tensor Mask => _mask ??= MakeMask();

    private Tensor MakeMask()
    {
        var lengths = tensor(Lengths, ScalarType.Int64, Values.device).view(-1, 1);
        var steps = Numbers.Range(Steps, ScalarType.Int64, Values.device).view(1, -1);
        return steps.lt(lengths).to_type(ScalarType.Float32).unsqueeze(-1);
    }
}
