using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Mean and deviation.</summary>
internal sealed class NormalDistribution : ParametricDistribution
{
    // Of the window's deviation: a series that its past tells exactly has no residuals.
    private static readonly Scalar LeastDeviation = 1e-4;

    public override int Parameters => 2;

    public override Tensor Moments(Tensor mean, Tensor spread, Tensor labels) =>
        (labels.Minus(mean) / spread).to_type(ScalarType.Float64).Squared();

    public override Tensor Solve(Tensor moments) => moments.sqrt().clamp_min(LeastDeviation);

    public override Tensor Outputs(Tensor mean, Tensor spread, Tensor solved, Tensor raw) =>
        cat([mean, spread * solved * Factor(raw)], 1);

    /// <summary>The second of <see cref="Outputs"/> in ONNX.</summary>
    public OnnxValue Deviation(OnnxGraph graph, OnnxValue spread, Tensor solved, OnnxValue raw) =>
        graph.Times(graph.Times(spread, graph.Constant(solved)), Factor(graph, raw));

    /// <summary>Quantiles <c>[N, Q, ...]</c> from means and deviations <c>[N, 1, ...]</c>, in double precision.</summary>
    public OnnxValue Quantiles(OnnxGraph graph, IReadOnlyList<double> levels, OnnxValue mean, OnnxValue deviation)
    {
        var places = graph.Constant([.. levels.Select(DistributionQuantiles.Normal)], levels.Count, 1);
        return graph.Plus(mean, graph.Times(deviation, places));
    }

    public override Tensor Losses(Tensor outputs, Tensor labels)
    {
        var deviation = At(outputs, 1).squeeze(1);
        var z = labels.Minus(At(outputs, 0).squeeze(1)) / deviation;
        return z.Squared().Scaled(0.5).Plus(deviation.log()).Plus(0.5 * Math.Log(2 * Math.PI));
    }

    public override Tensor Variance(Tensor outputs) => At(outputs, 1).Squared();

    public override Tensor Mixed(Tensor mean, Tensor variance, Tensor others) => cat([mean, variance.sqrt()], 1);

    public override double Quantile(double level, ReadOnlySpan<double> parameters) =>
        parameters[0] + (parameters[1] * DistributionQuantiles.Normal(level));
}
