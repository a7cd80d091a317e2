using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="RandomConvolutionNetwork"/> without libtorch, which it needs for its file alone.</summary>
internal sealed unsafe class ManagedRandomConvolution : ManagedNetwork
{
    private readonly SolvedConvolutions _solved;

    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="weights">The arrays of the file.</param>
    /// <exception cref="FormatException">No training gives these values.</exception>
    public ManagedRandomConvolution(InputColumn input, int outputs, StoredWeights weights)
    {
        var (means, scales) = (weights.Singles("mean", input.Channels), weights.Singles("scale", input.Channels));
        var pooling = (ConvolutionPooling)weights.Integers("pooling", 1)[0];
        var values = Bank(weights.At("values"), input.Channels);
        var differences = weights.HasAny("differences") ? Bank(weights.At("differences"), input.Channels) : null;
        var slope = weights.Doubles("slope", weights.ShapeOf("slope") is [2] ? 2 : 1);
        var features = new SeriesFeatures(means, scales, pooling, values, differences);
        _solved = new SolvedConvolutions(
            features, weights.Doubles("weights", features.Count, outputs), weights.Doubles("offset", outputs),
            new ScoreLink(slope[0], slope.Length > 1 ? slope[1] : 0));
        _solved.Check(pooling);
    }

    private static ConvolutionBank Bank(StoredWeights weights, int inputs)
    {
        long[] Whole(string name) => weights.Integers(name, weights.ShapeOf(name) is [var length] ? length : 0);
        float[] Single(string name) => weights.Singles(name, weights.ShapeOf(name) is [var length] ? length : 0);
        return ConvolutionTensors.Bank(
            Whole("dilations"), Whole("biasCounts"), Whole("channelEnds"), Whole("channels"), Single("biases"), Single("spreads"), inputs);
    }

    public override InputRange? Range => _solved.Range;

    public override int Channels => _solved.Features.Channels;

    public override int Outputs => _solved.Offset.Length;

    // A convolution of nine taps a step, and its comparison with biases.
    public override long StepWork => _solved.Features.Count * 4L;

    public override void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        var own = scratch.Of<ConvolutionScratch>();
        for (var row = 0; row < rows.Count; row++)
        {
            _solved.Score(
                new ReadOnlySpan<float>(rows.Values + ((nint)rows.Starts[row] * Channels), rows.Length(row) * Channels),
                new Span<float>(outputs + ((nint)row * Outputs), Outputs), own);
        }
    }
}
