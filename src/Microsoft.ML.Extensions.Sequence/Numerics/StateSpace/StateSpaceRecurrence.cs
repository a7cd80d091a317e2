namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The reference of all kernels: a linear state-space system in discrete time, <c>x_t = Abar x_{t-1} + Bbar u_t</c>,
/// <c>y_t = C x_t + D u_t</c>, one step after the other in double precision.
/// </summary>
internal sealed class StateSpaceRecurrence
{
    private readonly double[,] _transition;
    private readonly double[] _input;

    private StateSpaceRecurrence(double[,] transition, double[] input) => (_transition, _input) = (transition, input);

    /// <summary>Abar.</summary>
    public double[,] Transition => _transition;

    /// <summary>Bbar.</summary>
    public IReadOnlyList<double> Input => _input;

    /// <summary>
    /// The generalised bilinear transform of <c>x' = A x + B u</c>: <c>Abar = (I - alpha delta A)^-1 (I + (1 - alpha) delta A)</c>,
    /// <c>Bbar = (I - alpha delta A)^-1 delta B</c>. Alpha 0 is Euler's method, 1/2 the bilinear one, 1 the backward Euler method.
    /// </summary>
    public static StateSpaceRecurrence Discretize(double[,] a, double[] b, double delta, double alpha)
    {
        var size = b.Length;
        var right = new double[size, size + 1];
        var explicitPart = DenseAlgebra.ScaleAndShift(a, (1 - alpha) * delta, 1);
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                right[n, k] = explicitPart[n, k];
            }
            right[n, size] = delta * b[n];
        }
        var solved = DenseAlgebra.Solve(DenseAlgebra.ScaleAndShift(a, -alpha * delta, 1), right);
        var transition = new double[size, size];
        var input = new double[size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                transition[n, k] = solved[n, k];
            }
            input[n] = solved[n, size];
        }
        return new StateSpaceRecurrence(transition, input);
    }

    /// <summary>The state after another input.</summary>
    public double[] Advance(double[] state, double input)
    {
        var next = DenseAlgebra.Multiply(_transition, state);
        for (var n = 0; n < next.Length; n++)
        {
            next[n] += _input[n] * input;
        }
        return next;
    }

    /// <summary>The states after each input, from zero or from a state.</summary>
    public double[][] States(IReadOnlyList<double> inputs, double[]? initial = null)
    {
        var states = new double[inputs.Count][];
        var state = initial ?? new double[_input.Length];
        for (var step = 0; step < inputs.Count; step++)
        {
            state = states[step] = Advance(state, inputs[step]);
        }
        return states;
    }

    /// <summary>The Krylov vectors <c>Abar^l Bbar</c>: the impulse response of the state.</summary>
    public double[][] Krylov(int length) => States([1, .. new double[length - 1]]);

    /// <summary>The kernel <c>K_l = C Abar^l Bbar</c>, with which y is the causal convolution of u.</summary>
    public double[] Kernel(double[] c, int length) => [.. Krylov(length).Select(state => state.Zip(c, (x, weight) => x * weight).Sum())];
}
