namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// Systems with a diagonal A per feature (Gu, Gupta, Goel, Re 2022, arXiv 2206.11893); B is 1, and one value represents each conjugate
/// pair.
/// </summary>
internal sealed unsafe class DiagonalSystem : StateSpaceSystem
{
    // The diagonal of Abar, [H, N], and C Bbar for all conjugates, [H, M, N].
    private readonly float[] _poleReal;
    private readonly float[] _poleImaginary;
    private readonly float[] _weightReal;
    private readonly float[] _weightImaginary;

    /// <param name="shape">The sizes.</param>
    /// <param name="logDecay">The logarithms of minus the real parts of A, <c>[H, N]</c>.</param>
    /// <param name="frequency">The imaginary parts of A, <c>[H, N]</c>; null where A is real.</param>
    /// <param name="logTimescale">The logarithms of the time steps, <c>[H]</c>.</param>
    /// <param name="output">C, <c>[H, M, N, 2]</c>, or <c>[H, M, N, 1]</c> where A is real.</param>
    public DiagonalSystem(StateSpaceShape shape, float[] logDecay, float[]? frequency, float[] logTimescale, float[] output)
        : base(shape)
    {
        (_poleReal, _poleImaginary) = (new float[logDecay.Length], new float[logDecay.Length]);
        (_weightReal, _weightImaginary) = (new float[shape.Outputs * shape.Size], new float[shape.Outputs * shape.Size]);
        var steps = shape.Steps(logTimescale);
        for (var mode = 0; mode < logDecay.Length; mode++)
        {
            var step = steps[mode / shape.Size];
            Discretize(mode, -MathF.Exp(logDecay[mode]) * step, (frequency?[mode] ?? 0) * step, step, frequency is not null, output);
        }
    }

    public override float[] Kernel(int length)
    {
        var kernel = new float[checked(Shape.Outputs * length)];
        fixed (float* poleReal = _poleReal, poleImaginary = _poleImaginary, weightReal = _weightReal, weightImaginary = _weightImaginary)
        fixed (float* target = kernel)
        {
            VandermondeKernel.Forward(new VandermondeShape(Shape.Features, Shape.Channels, Shape.Size, length), new VandermondeData
            {
                PoleReal = poleReal,
                PoleImaginary = poleImaginary,
                WeightReal = weightReal,
                WeightImaginary = weightImaginary,
            }, target);
        }
        return kernel;
    }

    public override SteppedSystem Stepped() => new SteppedDiagonal(Shape, _poleReal, _poleImaginary, _weightReal, _weightImaginary);

    // (re, im) is the entry of A times the step.
    private void Discretize(int mode, float re, float im, float step, bool isComplex, float[] output)
    {
        var (implicitPart, explicitPart) = ((float)-Shape.Alpha, (float)(1 - Shape.Alpha));
        var (underReal, underImaginary) = ((re * implicitPart) + 1, im * implicitPart);
        var magnitude = (underReal * underReal) + (underImaginary * underImaginary);
        var inverse = (Real: underReal / magnitude, Imaginary: -underImaginary / magnitude);
        (_poleReal[mode], _poleImaginary[mode]) = Multiply(((re * explicitPart) + 1, im * explicitPart), inverse);
        var copies = isComplex ? 2 : 1;
        var input = (inverse.Real * step * copies, inverse.Imaginary * step * copies);
        var (feature, n) = (mode / Shape.Size, mode % Shape.Size);
        for (var channel = 0; channel < Shape.Channels; channel++)
        {
            var place = (((feature * Shape.Channels) + channel) * Shape.Size) + n;
            (_weightReal[place], _weightImaginary[place]) = Multiply(
                isComplex ? (output[2 * place], output[(2 * place) + 1]) : (output[place], 0), input);
        }
    }

    private static (float Real, float Imaginary) Multiply((float Real, float Imaginary) left, (float Real, float Imaginary) right) => (
        (left.Real * right.Real) - (left.Imaginary * right.Imaginary), (left.Real * right.Imaginary) + (left.Imaginary * right.Real));
}
