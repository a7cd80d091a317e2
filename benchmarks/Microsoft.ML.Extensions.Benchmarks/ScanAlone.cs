using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The fused scan without tensors and without the input product.</summary>
internal static unsafe class ScanAlone<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const nuint CacheLine = 64;

    public static (Timing Forward, Timing Whole) Measure((int Batch, int Steps, int Hidden) sizes)
    {
        ScanShape shape = new(sizes.Batch, sizes.Steps, sizes.Hidden);
        var cells = (int)shape.StateStride;
        var parameters = (TCell.Parameters + TCell.Gates) * shape.Channels;
        ScanData data = new()
        {
            Inputs = Random(TCell.Gates * cells, 2),
            Parameters = Random(parameters, 0.5),
            States = Random(TCell.States * cells, 0),
        };
        ScanGradients gradients = new()
        {
            Output = Random(cells, 1),
            Inputs = Random(TCell.Gates * cells, 0),
            Parameters = Random(parameters, 0),
        };
        var forward = Timing.Of(() => FusedScan<TCell>.Forward(shape, data));
        var whole = Timing.Of(() =>
        {
            FusedScan<TCell>.Forward(shape, data);
            FusedScan<TCell>.Backward(shape, data, gradients);
        });
        foreach (var memory in new[] { (nint)data.Inputs, (nint)data.Parameters, (nint)data.States, (nint)gradients.Output,
            (nint)gradients.Inputs, (nint)gradients.Parameters })
        {
            NativeMemory.AlignedFree((void*)memory);
        }
        return (forward, whole);
    }

    /// <summary>The minimum memory traffic of a forward scan: the inputs and the states.</summary>
    public static double ForwardBytes((int Batch, int Steps, int Hidden) sizes) =>
        (double)sizes.Batch * sizes.Steps * sizes.Hidden * (TCell.Gates + TCell.States) * sizeof(float);

    private static float* Random(int count, double bound)
    {
        var random = new Random(1);
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), CacheLine);
        for (var i = 0; i < count; i++)
        {
            memory[i] = (float)(((random.NextDouble() * 2) - 1) * bound);
        }
        return memory;
    }
}
