namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Systems that share one A of any kind: kernels by the recurrence <c>x_{l+1} = Abar x_l</c> in double precision.</summary>
/// <param name="shape">The sizes.</param>
/// <param name="matrix">A, <c>[N, N]</c>.</param>
/// <param name="input">B, <c>[N]</c>.</param>
/// <param name="logTimescale">The logarithms of the time steps, <c>[H]</c>.</param>
/// <param name="output">C, <c>[H, M, N]</c>.</param>
internal sealed class DenseSystem(StateSpaceShape shape, double[,] matrix, float[] input, float[] logTimescale, float[] output)
    : StateSpaceSystem(shape)
{
    public override float[] Kernel(int length)
    {
        var kernel = new float[checked(Shape.Outputs * length)];
        Parallel.For(0, Shape.Features, feature => Fill(Discretize(feature), feature, kernel.AsSpan(), length));
        return kernel;
    }

    public override SteppedSystem Stepped()
    {
        var systems = new DenseTransition[Shape.Features];
        Parallel.For(0, systems.Length, feature => systems[feature] = Discretize(feature));
        return new SteppedDense(Shape, systems, output);
    }

    private DenseTransition Discretize(int feature) =>
        DenseTransition.Of(matrix, input, Math.Exp(logTimescale[feature]) / Shape.SamplingRate, Shape.Alpha);

    private void Fill(DenseTransition system, int feature, Span<float> kernel, int length)
    {
        var (state, next) = (system.Input.ToArray(), new double[Shape.Size]);
        for (var l = 0; l < length; l++)
        {
            for (var channel = 0; channel < Shape.Channels; channel++)
            {
                var row = (feature * Shape.Channels) + channel;
                var sum = 0.0;
                for (var n = 0; n < state.Length; n++)
                {
                    sum += output[(row * Shape.Size) + n] * state[n];
                }
                kernel[(row * length) + l] = (float)sum;
            }
            system.Advance(state, next);
            (state, next) = (next, state);
        }
    }
}
