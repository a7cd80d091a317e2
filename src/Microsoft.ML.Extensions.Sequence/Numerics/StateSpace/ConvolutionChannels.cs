using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The H * M outputs of a step as lanes.</summary>
/// <remarks>The last group ends with the outputs: those it shares with its neighbour are computed twice, with the same bits.</remarks>
internal sealed unsafe class ConvolutionChannels
{
    private readonly AlignedFloats _feedthrough;
    private readonly int _features;
    private readonly int _perFeature;

    /// <param name="features">H.</param>
    /// <param name="feedthrough">D, <c>[H, M]</c>.</param>
    /// <param name="widest">The widest lane.</param>
    public ConvolutionChannels(int features, float[] feedthrough, LaneWidth widest)
    {
        (_features, _perFeature, Outputs) = (features, feedthrough.Length / features, feedthrough.Length);
        Width = LaneWidths.Fitting(widest, Outputs);
        _feedthrough = new AlignedFloats(Outputs);
        feedthrough.CopyTo(new Span<float>(_feedthrough.Start, Outputs));
    }

    public LaneWidth Width { get; }

    /// <summary>H * M.</summary>
    public int Outputs { get; }

    public int Groups => (Outputs + (int)Width - 1) / (int)Width;

    /// <summary>The first output of a group.</summary>
    public int First(int group) => Math.Min(group * (int)Width, Outputs - (int)Width);

    /// <summary>D of a group.</summary>
    public TLane Feedthrough<TLane>(int group) where TLane : struct, IFloatLane<TLane> => TLane.Load(_feedthrough.Start + First(group));

    /// <summary><c>D u</c> of a step, <c>[H]</c>, added to its outputs, <c>[H * M]</c>.</summary>
    public void AddFeedthrough(float* input, float* output)
    {
        for (var feature = 0; feature < _features; feature++)
        {
            for (var i = feature * _perFeature; i < (feature + 1) * _perFeature; i++)
            {
                output[i] += _feedthrough.Start[i] * input[feature];
            }
        }
    }

    /// <summary>The inputs of a group's outputs, a lane per step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather<TLane>(float* input, int steps, int group, float* target) where TLane : struct, IFloatLane<TLane>
    {
        var first = First(group);
        for (var t = 0; t < steps; t++, input += _features, target += TLane.Width)
        {
            if (_perFeature == 1)
            {
                TLane.Store(TLane.Load(input + first), target);
                continue;
            }
            for (var i = 0; i < TLane.Width; i++)
            {
                target[i] = input[(first + i) / _perFeature];
            }
        }
    }

    /// <summary>The first values of a group's kernels, <c>[count, lane]</c>.</summary>
    /// <param name="kernels">K, <c>[H, M, L]</c>.</param>
    /// <param name="group">Which group.</param>
    /// <param name="count">How many; beyond L they are 0.</param>
    /// <param name="target">Where they go, 0 so far.</param>
    public void Gather(float[] kernels, int group, int count, float* target)
    {
        var (length, first, width) = (kernels.Length / Outputs, First(group), (int)Width);
        for (var l = 0; l < Math.Min(count, length); l++)
        {
            for (var i = 0; i < width; i++)
            {
                target[(l * width) + i] = kernels[((first + i) * length) + l];
            }
        }
    }
}
