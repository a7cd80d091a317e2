using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

/// <summary>Random systems and rows, in memory that ends where an access ends the run.</summary>
internal sealed class ConvolutionProblem
{
    private readonly Random _random = new(5);
    private readonly DiagonalSystem _forwards;
    private readonly DiagonalSystem? _backwards;

    public ConvolutionProblem(int features, int channels, bool bidirectional)
    {
        Shape = new StateSpaceShape(features, channels, 6, 0.5, 1);
        _forwards = System();
        _backwards = bidirectional ? System() : null;
        Feedthrough = Numbers(Shape.Outputs);
    }

    public StateSpaceShape Shape { get; }

    public float[] Feedthrough { get; }

    public KernelConvolution Convolution(LaneWidth width) => new(_forwards, _backwards, Feedthrough, width);

    public float[] Row(int steps) => Numbers(steps * Shape.Features);

    /// <summary>y in double precision, term by term.</summary>
    public double[] Expected(float[] row)
    {
        var steps = row.Length / Shape.Features;
        var (kernel, second) = (_forwards.Kernel(steps), _backwards?.Kernel(steps));
        var expected = new double[steps * Shape.Outputs];
        for (var output = 0; output < Shape.Outputs; output++)
        {
            var u = Enumerable.Range(0, steps).Select(t => (double)row[(t * Shape.Features) + (output / Shape.Channels)]).ToArray();
            double[] Taps(float[]? values) => [.. Enumerable.Range(0, steps).Select(s => (double)(values?[(output * steps) + s] ?? 0))];
            var before = CausalConvolution.Direct(Taps(kernel), u);
            var after = CausalConvolution.Direct(Taps(second), [.. u.Reverse()]);
            for (var t = 0; t < steps; t++)
            {
                expected[(t * Shape.Outputs) + output] = before[t] + after[steps - 1 - t] + (Feedthrough[output] * u[t]);
            }
        }
        return expected;
    }

    public float[] Run(KernelConvolution convolution, float[] row) => Run(convolution, row, Shape.Features, Shape.Channels);

    public static unsafe float[] Run(KernelConvolution convolution, float[] row, int features, int channels)
    {
        var steps = row.Length / features;
        using var input = GuardedMemory.Of(Array.ConvertAll(row, value => (double)value));
        using var output = new GuardedMemory(steps * features * channels);
        using var scratch = new GuardedMemory((int)convolution.ScratchSize(steps));
        convolution.Run(steps, input.Start, output.Start, scratch.Start);
        return output.ToArray();
    }

    private DiagonalSystem System()
    {
        var modes = Shape.Features * Shape.Size;
        return new DiagonalSystem(
            Shape, Numbers(modes), Array.ConvertAll(Numbers(modes), value => 40 * value),
            Array.ConvertAll(Numbers(Shape.Features), value => value - 3), Numbers(2 * Shape.Outputs * Shape.Size));
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * _random.NextSingle()) - 1)];
}
