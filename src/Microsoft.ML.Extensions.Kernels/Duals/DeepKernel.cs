using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The kernel of an infinitely wide network of some depth on the unit sphere, divided by its value at xi = 1.</summary>
/// <remarks>
/// Sigma_0 = K_0 = xi, Sigma_l = dual(Sigma_{l-1}), K_l = Sigma_l + K_{l-1} dual'(Sigma_{l-1}) (Jacot et al. 2018, arXiv 1806.07572,
/// for any dual). Sigma_l is 1 at xi = 1, K_l is 1 + B' + ... + B'^l, by which it is divided here layer by layer, so that
/// no depth overflows.
/// </remarks>
internal sealed class DeepKernel : IKernelFunction
{
    private readonly DualFunction _dual;
    private readonly int _depth;
    private readonly NetworkKernel _kind;
    private readonly Lazy<KernelTable?> _table;

    /// <param name="dual">The activation, with weight scale and bias.</param>
    /// <param name="depth">How often the activation is applied, at least 1.</param>
    /// <param name="kind">NNGP or NTK.</param>
    public DeepKernel(DualActivation dual, int depth, NetworkKernel kind)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        (_dual, _depth, _kind) = (dual.Function, depth, kind);
        _table = new(() => KernelTable.Of(Evaluate, low: -1));
    }

    public double AtOne => 1;

    /// <summary>
    /// Uses a table that is built in the first call and equals the recursion to 1e-13, or the recursion where no table is fine enough.
    /// </summary>
    public void Apply(Span<double> products)
    {
        if (_table.Value is { } table)
        {
            table.Apply(products);
            return;
        }
        foreach (ref var product in products)
        {
            product = Evaluate(Correlation.Of(Math.Clamp(product, -1, 1)));
        }
    }

    /// <summary>The kernel of inner products in ONNX, in double precision.</summary>
    /// <exception cref="NotSupportedException">No table is fine enough.</exception>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue products) => _table.Value?.ToOnnx(graph, products)
        ?? throw new NotSupportedException("its kernel is too steep for a table of pieces, so that it has no ONNX form; choose a smaller Depth");

    /// <summary>The recursion by its definition.</summary>
    public double Evaluate(Correlation xi)
    {
        if (xi.Value < 0 && _dual.Parity != 0)
        {
            return _dual.Parity * Evaluate(-xi);
        }
        return _kind == NetworkKernel.Nngp ? Nngp(xi) : Ntk(xi);
    }

    private double Nngp(Correlation sigma)
    {
        for (var layer = 0; layer < _depth; layer++)
        {
            sigma = _dual.Step(sigma);
        }
        return sigma.Value;
    }

    private double Ntk(Correlation sigma)
    {
        var (kernel, share, slopeAtOne) = (sigma.Value, 1.0, _dual.SlopeAtOne);
        for (var layer = 0; layer < _depth; layer++)
        {
            // share = 1 / K_l(1), so that 1 / (1 / K_{l-1}(1) + B') = K_{l-1}(1) / K_l(1).
            var weight = 1 / (share + slopeAtOne);
            share *= weight;
            var slope = _dual.Derivative(sigma) * weight;
            sigma = _dual.Step(sigma);
            kernel = (share * sigma.Value) + (slope * kernel);
        }
        return kernel;
    }
}
