using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics.Attention;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="AarenLayer"/> as C# kernels: the scores of a head are one product, then the fused attention.</summary>
internal sealed unsafe class ManagedAarenLayer : ManagedAttention
{
    private readonly int _heads;
    private readonly int _width;
    private readonly LaneWidth _lane;
    private readonly ManagedLinear _scores;
    private readonly ManagedLinear _values;
    private readonly ManagedLinear _exit;

    /// <param name="channels">D.</param>
    /// <param name="heads">The number of queries.</param>
    /// <param name="parts">The weights.</param>
    public ManagedAarenLayer(int channels, int heads, ManagedParts parts)
    {
        (_heads, _width, _lane) = (heads, AttentionLayer.HeadWidth(channels, heads), (LaneWidth)parts.Kernels.Width);
        var inside = heads * _width;
        var (query, key) = (parts.Weights.Singles("query", inside), parts.Weights.Singles("key", inside, channels));
        _scores = new ManagedLinear(parts.Kernels, ScoreWeights(query, key, channels), null, channels, heads);
        _values = parts.Linear("value", channels, inside);
        _exit = parts.Linear("exit", inside, channels);
    }

    public override long StepWork => _scores.Work + _values.Work + _exit.Work;

    public override void Run(in RaggedRows rows, float* input, float* residual, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint inside = _heads * _width;
        var scores = scratch.Take((nint)rows.Steps * _heads);
        var values = scratch.Take(rows.Steps * inside);
        var attended = scratch.Take(rows.Steps * inside);
        _scores.Run(rows.Steps, input, scores, scratch);
        _values.Run(rows.Steps, input, values, scratch);
        for (var row = 0; row < rows.Count; row++)
        {
            using var own = scratch.Begin();
            nint first = rows.Starts[row];
            AttentionData data = new()
            {
                Scores = scores + (first * _heads),
                Values = values + (first * inside),
                Outputs = attended + (first * inside),
                Factors = (StepFactors*)scratch.Take((nint)rows.Length(row) * _heads * sizeof(StepFactors) / sizeof(float)),
            };
            FusedAttention.Forward(new AttentionShape(1, rows.Length(row), _heads, _width), data, _lane);
        }
        _exit.Run(rows.Steps, attended, output, scratch, residual);
    }

    /// <remarks>In double precision, as <see cref="AarenLayer"/>, since a stream's sums may grow without limit.</remarks>
    public override void Advance(
        in RaggedRows rows, float* input, float* residual, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint inside = _heads * _width;
        var scores = scratch.Take((nint)rows.Steps * _heads);
        var values = scratch.Take(rows.Steps * inside);
        _scores.Run(rows.Steps, input, scores, scratch);
        _values.Run(rows.Steps, input, values, scratch);
        var largest = state.Doubles("largest", [1, 1, _heads, 1]).Change(out var isFirst);
        var sums = state.Doubles("sums", [1, 1, _heads, _width + 1]).Change(out _);
        if (isFirst)
        {
            new Span<double>(largest, _heads).Fill(float.MinValue);
        }
        for (var i = 0; i < rows.Steps * _heads; i++)
        {
            var head = i % _heads;
            Attend(scores[i], values + ((nint)i * _width), largest + head, sums + ((nint)head * (_width + 1)));
        }
        _exit.Run(rows.Steps, values, output, scratch, residual);
    }

    // Adds a step to the sums of a head, and replaces its value by the mean so far.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Attend(double score, float* value, double* largest, double* sums)
    {
        var most = Math.Max(*largest, score);
        var (kept, fresh) = (Math.Exp(*largest - most), Math.Exp(score - most));
        (*largest, sums[_width]) = (most, (sums[_width] * kept) + fresh);
        for (var c = 0; c < _width; c++)
        {
            sums[c] = (sums[c] * kept) + (value[c] * fresh);
            value[c] = (float)(sums[c] / sums[_width]);
        }
    }

    // [Heads, D]: the query multiplied into the key matrix.
    private float[] ScoreWeights(float[] query, float[] key, int channels)
    {
        var weights = new float[_heads * channels];
        for (var head = 0; head < _heads; head++)
        {
            for (var c = 0; c < channels; c++)
            {
                var sum = 0.0;
                for (var w = head * _width; w < (head + 1) * _width; w++)
                {
                    sum += (double)query[w] * key[(w * channels) + c];
                }
                weights[(head * channels) + c] = (float)(sum / Math.Sqrt(_width));
            }
        }
        return weights;
    }
}
