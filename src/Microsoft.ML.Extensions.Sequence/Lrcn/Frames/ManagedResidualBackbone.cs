using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="ResidualBackbone"/> as C# kernels.</summary>
internal sealed unsafe class ManagedResidualBackbone : ManagedBackbone
{
    private readonly ManagedImageConvolution _entry;
    private readonly ManagedImagePool _pool;
    private readonly ManagedResidualBlock[] _blocks;
    private readonly int _largest;

    /// <param name="frame">The shape of a frame.</param>
    /// <param name="channels">Channels of the first stage.</param>
    /// <param name="blocks">Blocks of the four stages.</param>
    /// <param name="parts">The weights.</param>
    public ManagedResidualBackbone(FrameShape frame, int channels, int[] blocks, ManagedParts parts)
    {
        _entry = ManagedFrameConvolution.Create(parts.At("conv1"), parts.At("bn1"), frame, channels, 7, 7, 2, LaneActivation.Relu);
        _pool = new ManagedImagePool(parts.Kernels, _entry.Output, 3, 2, before: 1);
        var all = new List<ManagedResidualBlock>();
        Maps = _pool.Output;
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var index = 0; index < blocks[stage]; index++)
            {
                all.Add(new ManagedResidualBlock(
                    Maps, channels << stage, stage > 0 && index == 0 ? 2 : 1,
                    parts.At(string.Create(CultureInfo.InvariantCulture, $"layer{stage + 1}.{index}"))));
                Maps = all[^1].Output;
            }
        }
        _blocks = [.. all];
        _largest = all.Max(block => Math.Max(_pool.Output.Values, block.Output.Values));
        Convolutions = [_entry, .. all.SelectMany(block => block.Convolutions)];
    }

    public override FrameShape Maps { get; }

    public override IReadOnlyList<ManagedImageConvolution> Convolutions { get; }

    public override void Run(int count, float* frames, float* maps, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)count * _largest;
        var input = scratch.Take(size);
        var output = scratch.Take(size);
        Enter(count, frames, input, scratch);
        foreach (var block in _blocks)
        {
            block.Run(count, input, output, scratch);
            var before = input;
            input = output;
            output = before;
        }
        new Span<float>(input, checked(count * Maps.Values)).CopyTo(new Span<float>(maps, count * Maps.Values));
    }

    private void Enter(int count, float* frames, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var first = scratch.Take((nint)count * _entry.Output.Values);
        _entry.Run(count, frames, first, scratch);
        _pool.Run(count, first, output, scratch);
    }
}
