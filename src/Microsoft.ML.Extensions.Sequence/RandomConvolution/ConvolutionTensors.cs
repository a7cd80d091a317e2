using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A <see cref="ConvolutionBank"/> in the form of a model file.</summary>
internal sealed class ConvolutionTensors : nn.Module
{
    // The names of these fields are those of the model file.
    private readonly Tensor dilations;
    private readonly Tensor biasCounts;
    private readonly Tensor channelEnds;
    private readonly Tensor channels;
    private readonly Tensor biases;
    private readonly Tensor spreads;

    public ConvolutionTensors(ConvolutionBank bank)
        : base(nameof(ConvolutionTensors))
    {
        (dilations, biasCounts) = (Whole(bank.Dilations), Whole(bank.BiasCounts));
        (channelEnds, channels) = (Whole(bank.ChannelEnds), Whole(bank.Channels));
        (biases, spreads) = (bank.Biases.ToAligned(bank.Count), bank.Spreads.ToAligned(bank.Convolutions));
        RegisterComponents();
    }

    /// <summary>Allocates tensors with the shapes of a file.</summary>
    /// <param name="shapes">The shapes of the file's tensors.</param>
    /// <param name="prefix">The prefix of their names.</param>
    public ConvolutionTensors(IReadOnlyDictionary<string, long[]> shapes, string prefix)
        : base(nameof(ConvolutionTensors))
    {
        (dilations, biasCounts) = (Room(nameof(dilations)), Room(nameof(biasCounts)));
        (channelEnds, channels) = (Room(nameof(channelEnds)), Room(nameof(channels)));
        (biases, spreads) = (Room(nameof(biases), ScalarType.Float32), Room(nameof(spreads), ScalarType.Float32));
        RegisterComponents();

        Tensor Room(string name, ScalarType type = ScalarType.Int64) =>
            zeros(shapes.TryGetValue(prefix + name, out var shape) ? shape : [0], type);
    }

    /// <summary>The bank.</summary>
    /// <param name="inputs">The channels of a row.</param>
    /// <exception cref="FormatException">No training gives these values.</exception>
    public ConvolutionBank Read(int inputs)
    {
        using var scope = NewDisposeScope();
        var (spread, counts) = (Numbers(dilations, 1, int.MaxValue), Numbers(biasCounts, 1, int.MaxValue));
        Require(nameof(dilations), spread.Length > 0 && spread.Zip(spread.Skip(1)).All(pair => pair.First < pair.Second));
        Require(nameof(biasCounts), counts.Length == spread.Length);
        var (ends, drawn) = (Numbers(channelEnds, 1, int.MaxValue), Numbers(channels, 0, inputs - 1));
        Require(nameof(channelEnds), ends.Length == TapTriples.Count * (long)spread.Length && ends[^1] == drawn.Length
            && ends.Zip(ends.Skip(1)).All(pair => pair.First < pair.Second));
        var (levels, deviations) = (biases.cpu().contiguous().AsSpan().ToArray(), spreads.cpu().contiguous().AsSpan().ToArray());
        Require(nameof(biases), biases.dim() == 1 && levels.Length == TapTriples.Count * counts.Sum(count => (long)count));
        Require(nameof(spreads), spreads.dim() == 1 && deviations.Length == ends.Length);
        return new ConvolutionBank(spread, counts, ends, drawn) { Biases = levels, Spreads = deviations };
    }

    private static Tensor Whole(int[] values) => tensor(values.Select(value => (long)value).ToArray());

    private int[] Numbers(Tensor values, long least, long most)
    {
        var numbers = values.cpu().contiguous();
        var whole = new long[numbers.numel()];
        MemoryMarshal.Cast<byte, long>(numbers.bytes).CopyTo(whole);
        Require(nameof(ConvolutionTensors), numbers.dim() == 1 && whole.All(value => value >= least && value <= most));
        return [.. whole.Select(value => (int)value)];
    }

    private static void Require(string name, bool holds)
    {
        if (!holds)
        {
            throw new FormatException($"'{name}' holds values that no training gives.");
        }
    }
}
