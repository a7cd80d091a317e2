namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Systems that share one <see cref="StructuredMatrix"/>, with an alpha above 0: one tridiagonal solve per step.</summary>
/// <param name="shape">The sizes.</param>
/// <param name="matrix">A.</param>
/// <param name="input">B, <c>[N]</c>.</param>
/// <param name="logTimescale">The logarithms of the time steps, <c>[H]</c>.</param>
/// <param name="output">C, <c>[H, M, N]</c>.</param>
internal sealed unsafe class StructuredSystem(
    StateSpaceShape shape, StructuredMatrix matrix, float[] input, float[] logTimescale, float[] output) : StateSpaceSystem(shape)
{
    // The features whose states are in memory at a time.
    private const int FeaturesAtOnce = 64;

    public override float[] Kernel(int length)
    {
        var kernel = new float[checked(Shape.Outputs * length)];
        var (steps, ofFeature) = (Shape.Steps(logTimescale), Shape.Channels * Shape.Size);
        for (var from = 0; from < Shape.Features; from += FeaturesAtOnce)
        {
            var to = Math.Min(Shape.Features, from + FeaturesAtOnce);
            Fill(steps[from..to], output[(from * ofFeature)..(to * ofFeature)], length, kernel.AsSpan(from * Shape.Channels * length));
        }
        return kernel;
    }

    public override SteppedSystem Stepped() =>
        new DenseSystem(Shape, matrix.ToDense(), input, logTimescale, output).Stepped();

    // The kernels of some features, from their time steps and C.
    private void Fill(float[] steps, float[] outputs, int length, Span<float> target)
    {
        var sizes = TridiagonalKrylovShape.Of(steps.Length, Shape.Size, Shape.Channels, length, Shape.Alpha);
        using var states = new FloatBuffer((long)length * Shape.Size * steps.Length);
        var kernel = new float[Shape.Channels * length * steps.Length];
        fixed (float* solved = Solved(steps), multiplied = Multiplied(), seed = Seed(steps), weights = Weights(outputs, steps.Length))
        fixed (float* result = kernel)
        {
            TridiagonalKrylov.Forward(sizes, new TridiagonalKrylovData
            {
                Solved = solved,
                Multiplied = multiplied,
                Seed = seed,
                Outputs = weights,
                States = states.Start,
                Kernel = result,
            });
        }
        // [M, L, H] to [H, M, L].
        for (var i = 0; i < kernel.Length; i++)
        {
            target[(i % steps.Length * Shape.Channels * length) + (i / steps.Length)] = kernel[i];
        }
    }

    // M of the tridiagonal recurrence, [3, N, H].
    private float[] Solved(float[] steps)
    {
        var (size, features) = (Shape.Size, steps.Length);
        var alpha = (float)Shape.Alpha;
        var solved = new float[3 * size * features];
        for (var n = 0; n < size; n++)
        {
            for (var h = 0; h < features; h++)
            {
                float Product(int k) => (float)matrix.P[k] * (float)matrix.Q[k] * (steps[h] * alpha);
                // T scales its columns.
                float Column(int k) => ((float)matrix.D[k] * Product(k)) + 1;
                var place = (n * features) + h;
                solved[place] = n > 0 ? (float)matrix.Lower[n] * Column(n - 1) : 0;
                solved[place + (size * features)] = ((float)matrix.Main[n] * Column(n)) + Product(n);
                solved[place + (2 * size * features)] = n < size - 1 ? (float)matrix.Upper[n] * Column(n + 1) : 0;
            }
        }
        return solved;
    }

    private float[] Multiplied() =>
        [.. new[] { matrix.Lower, matrix.Main, matrix.Upper }.SelectMany(row => row, (_, value) => (float)value)];

    // B in the coordinates x / P, times the step, [N, H].
    private float[] Seed(float[] steps)
    {
        var seed = new float[Shape.Size * steps.Length];
        for (var i = 0; i < seed.Length; i++)
        {
            var n = i / steps.Length;
            seed[i] = input[n] / (float)matrix.P[n] * steps[i % steps.Length];
        }
        return seed;
    }

    // C P, [M, N, H].
    private float[] Weights(float[] outputs, int features)
    {
        var weights = new float[outputs.Length];
        for (var i = 0; i < outputs.Length; i++)
        {
            var (feature, place) = (i / (Shape.Channels * Shape.Size), i % (Shape.Channels * Shape.Size));
            weights[(place * features) + feature] = outputs[i] * (float)matrix.P[i % Shape.Size];
        }
        return weights;
    }
}
