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
        return Bank(
            Numbers(dilations), Numbers(biasCounts), Numbers(channelEnds), Numbers(channels), Singles(biases), Singles(spreads), inputs);
    }

    /// <summary>The bank of the arrays of a file.</summary>
    /// <param name="dilations">The dilations.</param>
    /// <param name="biasCounts">The biases of a convolution, for each dilation.</param>
    /// <param name="channelEnds">The end of each convolution's channels.</param>
    /// <param name="channels">The channels of all convolutions.</param>
    /// <param name="biases">The biases.</param>
    /// <param name="spreads">The deviations of the convolutions' outputs.</param>
    /// <param name="inputs">The channels of a row.</param>
    /// <exception cref="FormatException">No training gives these values.</exception>
    public static ConvolutionBank Bank(
        long[] dilations, long[] biasCounts, long[] channelEnds, long[] channels, float[] biases, float[] spreads, int inputs)
    {
        var (spread, counts) = (Within(dilations, 1, int.MaxValue), Within(biasCounts, 1, int.MaxValue));
        Require(nameof(dilations), spread.Length > 0 && spread.Zip(spread.Skip(1)).All(pair => pair.First < pair.Second));
        Require(nameof(biasCounts), counts.Length == spread.Length);
        var (ends, drawn) = (Within(channelEnds, 1, int.MaxValue), Within(channels, 0, inputs - 1));
        Require(nameof(channelEnds), ends.Length == TapTriples.Count * (long)spread.Length && ends[^1] == drawn.Length
            && ends.Zip(ends.Skip(1)).All(pair => pair.First < pair.Second));
        Require(nameof(biases), biases.Length == TapTriples.Count * counts.Sum(count => (long)count));
        Require(nameof(spreads), spreads.Length == ends.Length);
        return new ConvolutionBank(spread, counts, ends, drawn) { Biases = biases, Spreads = spreads };
    }

    private static Tensor Whole(int[] values) => tensor(values.Select(value => (long)value).ToArray());

    private static int[] Within(long[] values, long least, long most)
    {
        Require(nameof(ConvolutionTensors), values.All(value => value >= least && value <= most));
        return Array.ConvertAll(values, value => (int)value);
    }

    // Of a vector; what is none has no numbers here, and is refused for that.
    private static long[] Numbers(Tensor values)
    {
        var numbers = values.cpu().contiguous();
        var whole = new long[numbers.dim() == 1 ? numbers.numel() : 0];
        MemoryMarshal.Cast<byte, long>(numbers.bytes)[..whole.Length].CopyTo(whole);
        return whole;
    }

    private static float[] Singles(Tensor values) => values.dim() == 1 ? values.cpu().contiguous().AsSpan().ToArray() : [];

    private static void Require(string name, bool holds) => SolvedConvolutions.Require(name, holds);
}
