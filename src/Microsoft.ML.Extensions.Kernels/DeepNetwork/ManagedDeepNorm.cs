using System.Globalization;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The norm of a layer's preactivations as C# kernels: of vectors, or of images with their channels last.</summary>
internal sealed unsafe class ManagedDeepNorm
{
    private readonly LaneKernels _kernels;
    private readonly bool _isBatch;
    private readonly int _pixels;
    private readonly AlignedArray _factors;
    private readonly AlignedArray _summands;

    private ManagedDeepNorm(LaneKernels kernels, bool isBatch, float[] factors, float[] summands, int pixels)
    {
        (_kernels, _isBatch, _pixels) = (kernels, isBatch, pixels);
        (_factors, _summands) = (new AlignedArray(factors), new AlignedArray(summands));
    }

    /// <summary>The norm of a layer; null for none.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="index">The layer.</param>
    /// <param name="shape">Its outputs.</param>
    /// <param name="parts">The network's weights.</param>
    public static ManagedDeepNorm? Create(NetworkPlan plan, int index, DeepShape shape, ManagedParts parts)
    {
        var own = parts.Weights.At(string.Create(CultureInfo.InvariantCulture, $"norms.{index}"));
        var (width, pixels) = (plan.Layers[index].Width, shape.Values / plan.Layers[index].Width);
        return plan.Normalization switch
        {
            DeepNormalization.Batch => Batch(own, parts.Kernels, width, pixels),
            DeepNormalization.Layer => new ManagedDeepNorm(
                parts.Kernels, isBatch: false, own.Singles("gain", width), own.Singles("shift", width), pixels),
            _ => null,
        };
    }

    /// <summary>Normalises rows.</summary>
    public void Run(int rows, float* input, float* output)
    {
        var channels = (int)_factors.Length;
        if (!_isBatch)
        {
            _kernels.Normalize(rows, _pixels * channels, input, null, null, output);
            input = output;
        }
        _kernels.Scale(rows * _pixels, channels, input, _factors.Start, _summands.Start, output);
        GC.KeepAlive(this);
    }

    private static ManagedDeepNorm Batch(StoredWeights own, LaneKernels kernels, int width, int pixels)
    {
        var (factors, summands) = ManagedChannelNorm.Of(own, width);
        return new ManagedDeepNorm(kernels, isBatch: true, Array.ConvertAll(factors, factor => (float)factor), summands, pixels);
    }
}
