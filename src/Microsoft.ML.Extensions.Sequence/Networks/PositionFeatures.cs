using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Sines and cosines of a step's position (Vaswani et al. 2017, arXiv 1706.03762, section 3.5), for any position: attention itself ignores
/// the order of steps.
/// </summary>
/// <remarks>
/// Differs from the paper in the order of the channels: all sines first, then all cosines. Computed in double precision, for positions
/// beyond 2^24.
/// </remarks>
internal static class PositionFeatures
{
    public const double LongestWave = 10_000;

    /// <summary><c>[count, channels]</c> in the number type and on the device of <paramref name="like"/>.</summary>
    /// <param name="first">The position of the first step, from 0.</param>
    /// <param name="count">Steps.</param>
    /// <param name="channels">D.</param>
    /// <param name="like">A tensor.</param>
    public static Tensor Of(long first, long count, long channels, Tensor like)
    {
        using var scope = NewDisposeScope();
        var waves = (channels + 1) / 2;
        using Scalar rate = -Math.Log(LongestWave) / waves;
        var places = Numbers.Range(first, first + count, ScalarType.Float64, like.device).unsqueeze(1);
        var angles = places * (Numbers.Range(waves, ScalarType.Float64, like.device) * rate).exp();
        return cat([angles.sin(), angles.cos()], 1).narrow(1, 0, channels).to_type(like.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Those of the steps of <c>[N, T, D]</c> in ONNX, whose runtimes have sines in double precision, and no cosines.</summary>
    public static OnnxValue ToOnnx(OnnxGraph graph, OnnxValue steps, long channels)
    {
        var waves = (channels + 1) / 2;
        var rates = Enumerable.Range(0, (int)waves).Select(wave => Math.Exp(-Math.Log(LongestWave) / waves * wave)).ToArray();
        var places = graph.Unsqueeze(graph.Cast(graph.Range(graph.Length(steps, 1)), OnnxType.Double), 1);
        places = graph.Stream is { } stream ? graph.Plus(places, graph.Unsqueeze(stream.Before, 2)) : places;
        var angles = graph.Times(places, graph.Constant(rates, 1, waves));
        var shifted = graph.Plus(angles, graph.Constant([Math.PI / 2]));
        var features = graph.Cast(graph.Op("Sin", [graph.Concat(-1, angles, shifted)]), OnnxType.Single);
        return channels == 2 * waves ? features : graph.Slice(features, -1, 0, channels);
    }
}
